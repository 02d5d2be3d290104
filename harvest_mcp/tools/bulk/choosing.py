"""Choose records by words, by names or ids, by owner, or by what they lack."""

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from harvest_mcp.api import Scan
from harvest_mcp.errors import InvalidArguments, NoMatch
from harvest_mcp.spec import Record, Resource, Scope, System, fields
from harvest_mcp.text.render import quoted
from harvest_mcp.text.terms import Term, Text, folded, terms, texts
from harvest_mcp.text.unread import noted
from harvest_mcp.tools.arguments.references import pick, resolve
from harvest_mcp.tools.arguments.spellings import said_id
from harvest_mcp.tools.records.gaps import any_gaps, gap_columns, lacking, refuse_without
from harvest_mcp.tools.records.query import NamesSeen
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
OTHERS = ("kind", "query", "records", "empty", "archived")
"""Arguments that choose one owner's records."""


async def chosen(
    call: Call, system: System, resource: Kind, given: Mapping[str, Any]
) -> tuple[Scan[Record], list[Record], str]:
    """Return the list, the records chosen from it, and how many archived ones were left out, if any.

    A record named itself is chosen even if archived.

    Raises:
        NoMatch: the owner named does not exist.
    """
    api = call.api(system)
    refuse_without(call.tool, resource, given.get("query", ""), OTHERS, any_gaps(resource))
    gaps = gap_columns(call.tool, resource, given.get("empty", ()), OTHERS)
    found = await api.scan(Scope(resource))
    rows, narrow = found.rows, ""
    if gaps:
        rows = [*await lacking(api, resource, rows, gaps)]
    if "records" in given:
        ids = {said_id(each) or pick(resource, found, each, exact=True) for each in given["records"]}
        if missing := sorted(ids - {row.id for row in found.rows}):
            raise NoMatch(resource.noun, str(missing[0]), [], matches=0)
        rows = [row for row in rows if row.id in ids]
    if "of" in given:
        rows = await _of(call, system, resource, rows, given["of"])
    if "query" in given:
        seen = NamesSeen(api, call.names_of(system))
        names = await seen.each(noun for _, noun, _ in texts(resource).refs)
        words = terms(given["query"], exact=True)
        told = folded(resource, rows, names)
        fits = [all(word.met_by(text) for word in words) for text in told]
        rows, narrow = [*compress(rows, fits)], _narrower(resource, words, [*zip(rows, told, fits, strict=True)])
    if given.get("archived") or "records" in given:
        return found, rows, narrow
    flips = [each.flips for each in resource.actions if not each.of]
    kept = [row for row in rows if not _archived(resource, row)]
    left = len(rows) - len(kept)
    return (
        found,
        kept,
        f"; {left} archived left out, archived=true takes {'it' if left == 1 else 'them'} too" * bool(left)
        + noted(kept, flips)
        + narrow,
    )


def _narrower(resource: Kind, words: Sequence[Term], rows: Sequence[tuple[Record, Text, bool]]) -> str:
    """Return which records a word leaves out that it may be meant to include: `; 3 partial left out, …`.

    Each row comes with its text, and whether it is chosen; where one is in another state, the word meant none.
    """
    said = ""
    for each, word in ((each, word) for each in resource.filters if each.covers for word in words):
        if (wide := each.narrower(word.text)) is None:
            continue
        if any(getattr(row, each.tells) != word.text for row, _, chosen in rows if chosen):
            continue
        rest = [other for other in words if other is not word]
        near = [row for row, text, chosen in rows if not chosen and all(other.met_by(text) for other in rest)]
        for state in wide[1]:
            if left := sum(getattr(row, each.tells) == state for row in near):
                query = " ".join([state, *(other.said for other in rest)])
                said += f"; {left} {state} left out, query={quoted(query) if rest else query} takes"
                said += " it" if left == 1 else " them"
    return said


async def _of(call: Call, system: System, resource: Kind, rows: Sequence[Record], said: str) -> list[Record]:
    """Return the rows of the named record: the first kind that they refer to which has one of that name."""
    refs = [(item.name, item.ref) for item in fields(resource.record).values() if item.ref and item.summary]
    if not refs:
        raise InvalidArguments(call.tool, [f"{resource.words} are of no other record"], known=OTHERS)
    column, noun = refs[0]
    id = await resolve(call.api(system), noun, said)
    return [row for row in rows if getattr(row, column) == id]


def _archived(resource: Kind, row: Record) -> bool:
    told = ((each, getattr(row, each.flips)) for each in resource.actions if not each.of)
    return any(value is not None and action.word(bool(value)) == "archived" for action, value in told)
