"""Answers without rows: what was searched, what other filters would find, which call to try."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import Any

from harvest_mcp.api import Api
from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Filter, Record, Resource, Scope, Value
from harvest_mcp.text.render import quoted
from harvest_mcp.text.terms import texts
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.records.query import Sieve

Kind = Resource[Record]
Place = Scope[Record]
SEARCH = "search_records"
FEW = 3
"""The most records to name of those that part of a query finds."""


def unmet(resource: Kind, sieve: Sieve, tools: Container[str]) -> str:
    """Say which word was not found, in which columns, and what would find more; empty without a query."""
    if not sieve.query:
        return ""
    words = [term for term in sieve.words if not term.optional]
    missing = [quoted(term.said) for term in words if term.text not in sieve.met]
    there = [_found(resource, sieve, term.said, term.text) for term in words if term.text in sieve.met]
    if missing:
        told = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} nowhere"
        told = "; but ".join([told, *there][:2]) + "".join(f"; {each}" for each in there[1:])
    else:
        told = f"no {resource.word} has all of {quoted(sieve.query)}" + "".join(f"; {each}" for each in there)
    looked = f"looked in {', '.join(_looked(resource, sieve))}"
    narrow = [f"{each.name}=" for each in resource.filters if each.ref and each.ref not in sieve.given]
    ways = f"{' and '.join(narrow)} {'takes' if len(narrow) == 1 else 'take'} a name; " if narrow else ""
    if SEARCH in tools:
        ways += f"{SEARCH}(query={quoted(sieve.query)}) looks everywhere and forgives typos"
    return f"{told}; {looked}. {ways.removesuffix('; ')}".removesuffix(" ").removesuffix(".") + "."


def _looked(resource: Kind, sieve: Sieve) -> Sequence[str]:
    at = texts(resource)
    unlisted = {name for name, _ in at.within if sieve.seen and name not in sieve.lists}
    return [each for each in at.told if each not in unlisted]


def _found(resource: Kind, sieve: Sieve, said: str, text: str) -> str:
    rows = sieve.met[text]
    named = "; ".join(name_and_id(resource, row) for row in rows[:FEW])
    return f"{quoted(said)} is in {len(rows)}: {named}{'; …' if len(rows) > FEW else ''}"


def beside(resource: Kind, rows: Sequence[Record], where: Mapping[str, Value]) -> list[str]:
    """Say how many rows another value of a filter has: `2 with active=false`."""
    told = []
    for each in resource.filters:
        if each.column and each.type is bool and isinstance(wanted := where.get(each.name), bool):
            many = sum(getattr(row, each.column) is (not wanted) for row in rows)
            told += [f"{many} with {each.name}={str(not wanted).lower()}"] if many else []
    return told


async def elsewhere(api: Api, place: Place, where: Mapping[str, Value], sieve: Sieve) -> list[str]:
    """Say, by reading one more page, what a filter left out: `1 partial; status=unpaid has it`."""
    by = next((each for each in place.resource.filters if each.tells and each.name in where), None)
    if by is None:
        return []
    try:
        rows = await api.scan(place, where={name: value for name, value in where.items() if name != by.name}, most=1)
    except CallFailed:
        return []
    fits = await sieve(rows.rows)
    states = Counter(str(getattr(row, by.tells)) for row, fit in zip(rows.rows, fits, strict=True) if fit)
    return [_has(by, str(where[by.name]), state, many) for state, many in states.items()]


def _has(by: Filter, asked: str, state: str, many: int) -> str:
    return f"{many} {state}; {by.name}={_reaching(by, asked, state)} has {'it' if many == 1 else 'them'}"


def _reaching(by: Filter, asked: str, value: str) -> str:
    """Return the filter value that includes rows of this value; preferably one that includes those asked for too."""
    return next((word for word, of in by.covers if asked in of and value in of), value)


def head(text: str, *hints: Any) -> str:
    """Return the first line of an answer without rows."""
    return "; ".join([text, *(hint for hint in hints if hint)])


def narrower(resource: Kind, given: Mapping[str, Any], rows: Sequence[Record]) -> str:
    """Return the note on a word for which the vendor has a wider one, as it may be meant to include more.

    A word of a query means a state if all these rows are in it, and no filter says another.
    """
    for each in (each for each in resource.filters if each.covers):
        said = [given[each.name]] if each.name in given else str(given.get("query", "")).lower().split()
        for word in said:
            if (wide := each.narrower(str(word))) and all(getattr(row, each.tells) == word for row in rows):
                return f"; {' and '.join(wide[1])} ones are not among them, {each.name}={wide[0]} has both"
    return ""
