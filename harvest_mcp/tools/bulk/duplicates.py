"""`find_duplicates`: contacts or companies that are likely entered twice, why, and how certain that is."""

from collections.abc import Mapping, Sequence
from functools import partial

import anyio.to_thread

from harvest_mcp.spec import Record, Resource, Scope, System
from harvest_mcp.text.folding import name as folded
from harvest_mcp.text.render import as_csv, count, quoted
from harvest_mcp.text.twins import Verdict, pairs
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.value_types import whole
from harvest_mcp.tools.bulk.cards import card, cards, companies_of, company_column, is_company, persons_of
from harvest_mcp.tools.bulk.naming import BULK, one_of, tool_name
from harvest_mcp.tools.records.query import NamesSeen
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
PAIRS, MOST = 50, 200
COLUMNS = ("sure", "why", "id", "name", "other_id", "other_name", "of", "differs")
MOST_APART = 5
"""The most names to show of similar records that are no pair."""
MOST_DIFFERS = 3
"""The most differences to show of a pair."""


def duplicates_tool(system: System) -> Tool:
    """Return `find_duplicates` for one kind of record."""
    name = tool_name(system, "find", "duplicates")
    kinds = {each.plural: each for each in (*persons_of(system), *companies_of(system))}
    takes = [
        Argument("kind", one_of(kinds), f"default {next(iter(kinds))}"),
        Argument("limit", whole(MOST), f"pairs; default {PAIRS}"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        resource = kinds[given.get("kind", next(iter(kinds)))]
        api = call.api(system)
        column, seen = company_column(resource), NamesSeen(api, call.names_of(system))
        nouns = [each.noun for each in companies_of(system)][: bool(column)]
        rows, names = partial(api.scan, Scope(resource)), partial(seen.each, nouns, pages=True)
        found, names_of = await api.both(rows, names)
        at = names_of[nouns[0]] if nouns else {}
        told = cards(resource, found.rows, at)
        twins = await anyio.to_thread.run_sync(lambda: list(pairs(told, companies=is_company(resource))))
        part = "" if found.whole else f"; {found.told}, so there may be more"
        return _said(resource, found.rows, at, twins, part, limit=given.get("limit", PAIRS))

    return Tool(
        name=name,
        says=f"Find{f' {system.prefix}' if system.prefix else ''} records that are likely there twice, and why.",
        toolset=BULK,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


def _said(
    resource: Kind,
    rows: Sequence[Record],
    companies: Mapping[int, str],
    twins: Sequence[tuple[int, int, Verdict]],
    part: str,
    *,
    limit: int,
) -> str:
    looked = f"{count(len(rows), resource.word, resource.words)} compared by name, e-mail, telephone"
    looked += " and address" if is_company(resource) else " and company"
    part += _told_apart(resource, rows, twins)
    if not twins:
        return f"# 0 likely duplicates; {looked}{part}"
    by_id = {row.id: row for row in rows}
    ranked = sorted(twins, key=lambda each: (each[2].sure, each[0], each[1]))
    lines = (_row(resource, by_id[one], by_id[other], companies, verdict) for one, other, verdict in ranked[:limit])
    table, shown = as_csv(COLUMNS, lines)
    many = count(len(ranked), "pair") if shown == len(ranked) else f"{shown} of {len(ranked)} pairs"
    return f"# {many}, likely one each; {looked}{part}\n{table}"


def _told_apart(resource: Kind, rows: Sequence[Record], twins: Sequence[tuple[int, int, Verdict]]) -> str:
    """Return records of one name at one company that are no pair, as a reader would miss them."""
    owner, paired = company_column(resource), {id for one, other, _ in twins for id in (one, other)}
    alike: dict[tuple[str, object], list[Record]] = {}
    for row in rows:
        if key := folded(resource.name_of(row)).base:
            alike.setdefault((key, getattr(row, owner, None) if owner else None), []).append(row)
    apart = [each for each in alike.values() if len(each) > 1 and not {row.id for row in each} <= paired]
    if not apart:
        return ""
    named = [f"{quoted(resource.name_of(each[0]))} ({', '.join(str(row.id) for row in each)})" for each in apart]
    more = f" and {len(apart) - MOST_APART} names more" if len(apart) > MOST_APART else ""
    return f"; of one name, but by the rest not likely one: {', '.join(named[:MOST_APART])}{more}"


def _row(
    resource: Kind, one: Record, other: Record, companies: Mapping[int, str], verdict: Verdict
) -> tuple[object, ...]:
    owner = company_column(resource)
    at = dict.fromkeys(companies.get(id, str(id)) for row in (one, other) if owner and (id := getattr(row, owner)))
    return (
        verdict.sure,
        ", ".join(verdict.why),
        one.id,
        resource.name_of(one),
        other.id,
        resource.name_of(other),
        " / ".join(at),
        "; ".join(_differs(resource, one, other)),
    )


def _differs(resource: Kind, one: Record, other: Record) -> list[str]:
    """Return how two records' telephones and addresses differ."""
    mine, others = card(resource, one, {}), card(resource, other, {})
    told = [f"{a or '-'} / {b or '-'}" for a, b in _both(mine.mails, others.mails)]
    told += [f"{mine.title or '-'} / {others.title or '-'}"] if mine.title != others.title else []
    return told[:MOST_DIFFERS]


def _both(one: Sequence[str], other: Sequence[str]) -> list[tuple[str, str]]:
    mine = [each for each in one if each not in other]
    others = [each for each in other if each not in one]
    many = max(len(mine), len(others))
    return [(mine[at] if at < len(mine) else "", others[at] if at < len(others) else "") for at in range(many)]
