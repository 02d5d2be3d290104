"""The answer to a search: the best hits as CSV, or which word was not found and what the others find."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from harvest_mcp.spec import Part, fields
from harvest_mcp.text.apart import restoring
from harvest_mcp.text.folding import PHONE
from harvest_mcp.text.render import as_csv, count, plain, quoted
from harvest_mcp.text.terms import MAIL, Term, texts
from harvest_mcp.tools.search.lists import ALL
from harvest_mcp.tools.search.match import Hit, Looked

MOST_SAID = 8
"""The most columns of a hit besides its name."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched and what was not, in sentences for the first line."""

    looked: Sequence[Looked]
    searched: str
    left: Sequence[str]
    """The kinds that are only searched if asked for."""
    notes: Sequence[str]
    partly: str
    elsewhere: str
    goes_on: Sequence[str]
    """List tools that continue lists read in part."""


def answer(words: Sequence[Term], seen: Searched, *, limit: int, named: bool, few: int) -> str:
    """Return the best hits; `named` puts the system first; with at most `few` hits, what was searched is said."""
    wanted = [at for at, term in enumerate(words) if not term.optional]
    hits = [hit for each in seen.looked for hit in each.hits(words, wanted)]
    notes = [seen.searched if len(hits) <= few else "", _left(seen.left, whole=len(hits) <= few)]
    notes += [*seen.notes, seen.partly]
    if hits:
        return _table(hits, "", notes, limit=limit, named=named)
    missing = [at for at in wanted if not any(each.at[at] for each in seen.looked)]
    rest = [at for at in wanted if at not in missing]
    said = " and ".join(quoted(words[at].said) for at in missing)
    nowhere = f"{said} {'is' if len(missing) == 1 else 'are'} nowhere" if missing else ""
    if missing and rest and (others := [hit for each in seen.looked for hit in each.hits(words, rest)]):
        found = " ".join(words[at].said for at in rest)
        return _table(others, f"0 hits; {nowhere}; {quoted(found)} alone has ", notes, limit=limit, named=named)
    if len(rest) > 1:
        counts = (f"{quoted(words[at].said)} is in {sum(len(each.at[at]) for each in seen.looked)}" for at in rest)
        nowhere = "; ".join(filter(None, [nowhere, "no record has all of them", *counts]))
    on = f"{seen.goes_on[0]} with the same query goes on from there" if seen.goes_on else "Try fewer or other words"
    where = "; ".join(filter(None, ["# 0 hits", nowhere, *notes, seen.elsewhere]))
    return f"{where}. Looked in texts, telephones, addresses and names of what they refer to. {on}."


def _left(kinds: Sequence[str], *, whole: bool) -> str:
    """Return the kinds that were left out, and how to search them."""
    told = ", ".join(kinds) if whole else f"{len(kinds)} kinds"
    return f'not searched: {told} (kinds=["{ALL}"] does)' if kinds else ""


def _table(hits: Sequence[Hit], before: str, notes: Sequence[str], *, limit: int, named: bool) -> str:
    ranked = sorted(hits, key=_rank)
    columns = (*(["system"] if named else []), "kind", "id", "name", "of", "score", "why", "more")
    table, shown = as_csv(columns, (_row(hit, named=named) for hit in ranked[:limit]))
    many = count(len(ranked), "hit") if shown == len(ranked) else f"{shown} of {len(ranked)} hits"
    return "; ".join(filter(None, (f"# {before}{many}", *notes))) + f"\n{table}"


def _rank(hit: Hit) -> tuple[float, int, str, str, int]:
    """Return the sort key: best score first, then the hit that matches more words."""
    return -hit.score, -len(hit.matches), hit.system.name, hit.resource.plural, hit.record.id


def _row(hit: Hit, *, named: bool) -> tuple[object, ...]:
    return (
        *([hit.system.name] if named else []),
        hit.resource.noun,
        hit.record.id,
        hit.resource.name_of(hit.record),
        "; ".join(dict.fromkeys(_of(hit))),
        round(hit.score),
        ", ".join(f"{match.column} {match.word}" for match in hit.matches),
        "; ".join(dict.fromkeys(_more(hit))),
    )


def _of(hit: Hit) -> Iterator[str]:
    """Yield the names of what it refers to: those a list shows, or at least the first."""
    known = fields(hit.resource.record)
    first = True
    for column, noun, named in texts(hit.resource).refs:
        id = getattr(hit.record, column)
        if id and (first or known[column].summary):
            name = getattr(hit.record, named) if named else None
            yield name or hit.names.get((hit.system.name, noun, id)) or f"{noun} {id}"
            first = False


def _more(hit: Hit) -> Iterator[str]:
    """Yield what is asked next of a hit: how to reach them, their job, its status."""
    resource, record = hit.resource, hit.record
    named = {name for _, _, name in texts(resource).refs}
    said = 0
    for name, item in fields(resource.record).items():
        value = getattr(record, name)
        if value in (None, "", ()) or item.private or item.ref or name in resource.label or name in named:
            continue
        if item.many:
            yield from _reached(value, dict(texts(resource).within).get(name, ()))
        elif (item.summary or "phone" in name) and said < MOST_SAID and (text := _cell(name, value)):
            said += 1
            yield text
    if restoring(resource, record):
        yield "archived"


def _cell(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    return f"{name} {plain(value)}" if isinstance(value, (Decimal, date)) else ""


def _reached(children: Sequence[Part], names: Sequence[str]) -> Iterator[str]:
    """Yield the telephone numbers and mailboxes among children."""
    for child in children[:MOST_SAID]:
        for name in names:
            value = getattr(child, name) or ""
            if MAIL.search(value) or PHONE.search(value):
                yield value
                break
