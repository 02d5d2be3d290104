"""The vocabulary a system is described in: data only, no behaviour of any vendor."""

from harvest_mcp.spec.cases import Asks, Case, Draft, Lock, Lookup, Stake
from harvest_mcp.spec.exchange import Cursor, Exchange, Method, Page, Request, Response
from harvest_mcp.spec.fields import Field, fields
from harvest_mcp.spec.marks import (
    AHEAD,
    ALONG,
    APART,
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
    Apart,
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
    SeenIn,
    SentOnly,
    ServerSet,
    Starts,
    Summary,
    Table,
    Timed,
    Worded,
)
from harvest_mcp.spec.record_rules import (
    Adds,
    Archives,
    BilledBy,
    CountsWhile,
    Frees,
    Gaps,
    HasFile,
    KeptByHistory,
    MovesOwner,
    Retires,
    Stands,
    Sums,
    TellsLast,
)
from harvest_mcp.spec.records import Child, Identity, Part, Record, Scalar, Value, View
from harvest_mcp.spec.reports import Report, Road, Side, Trait
from harvest_mcp.spec.resource import NamedBy, Resource, Scope, Wire, Wording, one_of
from harvest_mcp.spec.rule import Rule
from harvest_mcp.spec.rules import (
    Acting,
    Action,
    Attachment,
    Dependent,
    Filter,
    Same,
    Verb,
)
from harvest_mcp.spec.spelling import Need
from harvest_mcp.spec.system import Dialect, Plan, System
from harvest_mcp.spec.write_rules import (
    EitherOf,
    Explains,
    KeptWhile,
    LockedBy,
    Module,
    OneFilled,
    OpenWhile,
    SetsOff,
    Stakes,
    Together,
)

# The vocabulary is one, wherever its words are kept.
__all__ = [
    "AHEAD", "ALONG", "APART", "COMPANY", "FIXED", "FOLLOWS", "FROM_ZERO", "INNER", "LINES", "POSITIVE", "PRIVATE",
    "REQUIRED", "SENT_ONLY", "SERVER_SET", "SUMMARY", "TIMED", "WORDED", "Acting", "Action", "Adds", "Ahead", "Along",
    "Also", "Apart", "Archives", "Asks", "Attachment", "Between", "BilledBy", "Case", "Child", "Codes", "CompanyName",
    "CountsWhile", "Cursor", "Dependent", "Dialect", "Draft", "Each", "EitherOf", "Era", "Exchange", "Explains",
    "Field", "Filter", "Fixed", "Follows", "Frees", "FromZero", "Gaps", "HasFile", "Identity", "Inner",
    "KeptByHistory", "KeptWhile", "Labels", "Lines", "Lock", "LockedBy", "Lookup", "Mail", "Mails", "Method", "Module",
    "MovesOwner", "NamedBy", "Need", "OneFilled", "OneOf", "OpenWhile", "Page", "Part", "Plan", "Positive", "Private",
    "Record", "Ref", "Refs", "Report", "Request", "Required", "Resource", "Response", "Retires", "Road", "Rule",
    "Same", "Says", "Scalar", "Scope", "SeenIn", "SentOnly", "ServerSet", "SetsOff", "Side", "Stake", "Stakes",
    "Stands", "Starts", "Summary", "Sums", "System", "Table", "TellsLast", "Timed", "Together", "Trait", "Value",
    "Verb", "View", "Wire", "Worded", "Wording", "fields", "one_of",
]  # fmt: skip
