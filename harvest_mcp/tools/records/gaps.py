"""Records by what they lack: `empty`, whether a list tells it, and queries that ask for it in words."""

import re
from collections.abc import Collection, Mapping, Sequence

from harvest_mcp.api import Api
from harvest_mcp.errors import HarvestMcpError, InvalidArguments
from harvest_mcp.spec import Gaps, Record, Resource, Rule, Scope, fields
from harvest_mcp.text.contact_files.headers import column_of
from harvest_mcp.text.folding import fold
from harvest_mcp.text.render import quoted
from harvest_mcp.tools.records.columns import ref_columns

Kind = Resource[Record]
WITHOUT = re.compile(
    r"(?:.* )?(?:sans|without|no|missing|ohne|keine?n?|pas(?= d))(?: (?:an?|any|valid|de|une?|aucune?))?(?: d'| )"
    r"(?P<what>\S+(?: \S+){0,2})"
)
"""A query for what is not there: `contacts sans e-mail`."""
CALLED: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone", "phone_office", "telephone"),
    "phone_office": ("phone_office", "phone"),
    "street": ("address",),
    "title": ("title", "job_title"),
    "company": ("firm_id",),
    "department": ("department", "job_department"),
}
"""What the headings of a contact file are called here, if otherwise."""


def gap_in(resource: Kind, query: str, rule: Rule | None = None) -> str:
    """Return `empty=["email"]` for a query such as `sans e-mail`; empty if it is no such query, or there is no rule."""
    rule = rule or _own_gaps(resource)
    if rule is None or not (found := WITHOUT.fullmatch(fold(query))):
        return ""
    known = _lacked(resource, rule)
    words = (name for of in (found["what"], column_of(found["what"])) for name in (of, *CALLED.get(of, ())))
    column = next((known[word] for word in words if word in known), "")
    return f"{rule.narrows}=[{quoted(column)}]" if column else ""


def _lacked(resource: Kind, rule: Rule) -> dict[str, str]:
    """Return what records may lack by the words for it: columns, those of other records by their noun too."""
    filled = {"id", *(resource.label if len(resource.label) == 1 else ())}
    columns = [
        name
        for name, item in fields(resource.record).items()
        if not (item.sent_only or item.required or item.type is bool or name in filled)
    ]
    nouns = {noun: name for noun, name in ref_columns(resource).items() if name in columns}
    return {**nouns, **{word: word for word in (*columns, *rule.narrows_by)}}


def refuse_without(tool: str, resource: Kind, query: str, known: Collection[str], rule: Rule | None = None) -> None:
    """Refuse a query for what records lack where an argument finds that: words find what is there.

    Raises:
        InvalidArguments: it is one.
    """
    if said := gap_in(resource, query, rule):
        why = f"query finds words that are there, a name of such words in quotes; {said} finds {resource.words} without"
        raise InvalidArguments(tool, [why], known=known)


def any_gaps(resource: Kind) -> Rule:
    """Return the rule on what records lack, for any kind."""
    return _own_gaps(resource) or Gaps()


def _own_gaps(resource: Kind) -> Rule | None:
    """Return the rule that a resource itself has on what records lack, if any."""
    return next((each for each in resource.rules if each.narrows), None)


def gap_columns(tool: str, resource: Kind, said: Sequence[str], arguments: Collection[str]) -> list[str]:
    """Return the words for what records are to lack, of another record the column with its id.

    Raises:
        InvalidArguments: there is no such column.
    """
    known = [
        *any_gaps(resource).narrows_by,
        *(name for name, item in fields(resource.record).items() if not item.sent_only),
    ]
    columns = [ref_columns(resource).get(name, name) if name not in known else name for name in said]
    if unknown := [name for name in columns if name not in known]:
        raise InvalidArguments(tool, [f"empty takes no {quoted(unknown[0])}, only {', '.join(known)}"], known=arguments)
    return columns


async def lacking(api: Api, resource: Kind, rows: Sequence[Record], columns: Sequence[str]) -> Sequence[Record]:
    """Return the rows of a whole list in which all of these are empty.

    Raises:
        HarvestMcpError: the list does not tell.
    """
    rule = any_gaps(resource)
    kept = [row for row in rows if rule.narrowed(row, columns)]
    lists = (name for name in columns if (item := fields(resource.record).get(name)) and item.many)
    decide = dict.fromkeys((*rule.narrows_within(columns), *lists))
    if untold := [name for name in decide if not any(getattr(row, name) for row in rows)]:
        for id in dict.fromkeys(row.id for row in (*kept[:1], *kept[-1:])):
            await check_told(api, Scope(resource), untold, id)
    return kept


async def check_told(api: Api, place: Scope[Record], untold: Sequence[str], id: int) -> None:
    """Check, by one record in full, that a list without any of these children does not just leave them out (incwo 16).

    Raises:
        HarvestMcpError: it leaves them out.
    """
    record = await api.get(place, id)
    if left := [column for column in untold if getattr(record, column)]:
        resource = place.resource
        raise HarvestMcpError(
            f"The list of {resource.words} leaves {' and '.join(left)} out, so it does not tell who has none.",
            next=f"{api.system.tool('get', resource)} tells it of one {resource.word}.",
        )
