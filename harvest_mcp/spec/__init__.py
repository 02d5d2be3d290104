"""The vocabulary a system is described in: data only, no behaviour of any vendor."""

from harvest_mcp.spec.exchange import Cursor, Exchange, Method, Page, Request, Response
from harvest_mcp.spec.fields import Field, fields
from harvest_mcp.spec.marks import (
    AHEAD,
    ALONG,
    COMPANY,
    FIXED,
    FOLLOWS,
    FROM_ZERO,
    INNER,
    LINES,
    POSITIVE,
    PRIVATE,
    REQUIRED,
    SENT_ONLY,
    SERVER_SET,
    SUMMARY,
    TIMED,
    WORDED,
    Ahead,
    Along,
    Also,
    Between,
    Codes,
    CompanyName,
    Each,
    Era,
    Fixed,
    Follows,
    FromZero,
    Inner,
    Labels,
    Lines,
    Mail,
    Mails,
    OneOf,
    Positive,
    Private,
    Ref,
    Refs,
    Required,
    Says,
    Seen,
    SentOnly,
    ServerSet,
    Summary,
    Table,
    Timed,
    Worded,
)
from harvest_mcp.spec.records import Child, Identity, Part, Record, Scalar, Value, View
from harvest_mcp.spec.reports import Report, Road, Side, Trait
from harvest_mcp.spec.resource import Reported, Resource, Scope, Wire, one_of
from harvest_mcp.spec.rules import (
    Acting,
    Action,
    Archives,
    Attachment,
    Counts,
    Dependent,
    Either,
    Filter,
    Keeps,
    Locks,
    Moves,
    Rule,
    Same,
    Stakes,
    Stands,
    Verb,
)
from harvest_mcp.spec.spelling import Need
from harvest_mcp.spec.system import Dialect, Plan, System

# The vocabulary is one, wherever its words are kept.
__all__ = [
    "AHEAD", "ALONG", "COMPANY", "FIXED", "FOLLOWS", "FROM_ZERO", "INNER", "LINES", "POSITIVE", "PRIVATE",
    "REQUIRED", "SENT_ONLY", "SERVER_SET", "SUMMARY", "TIMED", "WORDED", "Acting", "Action", "Ahead", "Along",
    "Also", "Archives", "Attachment", "Between", "Child", "Codes", "CompanyName", "Counts", "Cursor", "Dependent",
    "Dialect", "Each", "Either", "Era", "Exchange", "Field", "Filter", "Fixed", "Follows", "FromZero", "Identity",
    "Inner", "Keeps", "Labels", "Lines", "Locks", "Mail", "Mails", "Method", "Moves", "Need", "OneOf", "Page",
    "Part", "Plan", "Positive", "Private", "Record", "Ref", "Refs", "Report", "Reported", "Request", "Required",
    "Resource", "Response", "Road", "Rule", "Same", "Says", "Scalar", "Scope", "Seen", "SentOnly", "ServerSet",
    "Side", "Stakes", "Stands", "Summary", "System", "Table", "Timed", "Trait", "Value", "Verb", "View", "Wire",
    "Worded", "fields", "one_of",
]  # fmt: skip
