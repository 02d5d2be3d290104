"""`merge_contacts`: two records of one person become one, after a person saw the result, undone as one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic_core import to_jsonable_python

from harvest_mcp.api import Api
from harvest_mcp.changes import ChangeSetDraft, Snapshot, Step
from harvest_mcp.consent.question import facts
from harvest_mcp.errors import CallFailed, InvalidArguments
from harvest_mcp.spec import Dependent, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.folding import name as folded
from harvest_mcp.text.render import as_json, count
from harvest_mcp.text.twins import person
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.owners import named
from harvest_mcp.tools.arguments.references import name_and_id, resolve_id
from harvest_mcp.tools.arguments.value_types import RECORD, WORDS
from harvest_mcp.tools.bulk.asking import put
from harvest_mcp.tools.bulk.cards import card, company_column
from harvest_mcp.tools.bulk.carrying import Carrying
from harvest_mcp.tools.bulk.carrying import told as outcomes_told
from harvest_mcp.tools.bulk.merging import Merged, merge, same_in_both
from harvest_mcp.tools.bulk.naming import BULK, tool_name
from harvest_mcp.tools.questions.ask import Asking, unrestored
from harvest_mcp.tools.questions.stakes import effects
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]


@dataclass(frozen=True, slots=True)
class Merger:
    """Two records as read, their merged values, and what depends on the one to delete: moved, or not."""

    keep: Snapshot[Record]
    other: Snapshot[Record]
    merged: Merged
    moved: Sequence[tuple[Resource[Record], str, Record]]
    stays: Sequence[str]


def merge_tool(system: System, resource: Kind) -> Tool:
    """Return the tool for one kind of person."""
    name = tool_name(system, "merge", resource.plural)
    takes = [
        Argument("keep", RECORD, "stays: its id or exact name", required=True),
        Argument("other", RECORD, "goes into it", required=True),
        Argument("take", WORDS, "columns to have from the other where both are filled"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given = arguments.given()
        ids = [await resolve_id(call.api(system), resource, given[each]) for each in ("keep", "other")]
        taken = set(given.get("take", ()))
        _check(name, resource, ids, taken, list(type(arguments).model_fields))
        return await _merged(call, system, resource, (ids[0], ids[1], taken), Asking(name, given))

    return Tool(
        name=name,
        says=f"Make two {system.words(resource)} of one person one; shows the result and asks a person.",
        toolset=BULK,
        hints=Hints(destroys=True),
        arguments=model(name, *takes, asks=True),
        run=run,
        untouched="Nothing was merged.",
    )


async def _merged(call: Call, system: System, resource: Kind, which: tuple[int, int, set[str]], asking: Asking) -> str:
    """Merge them once a person confirmed, and return the answer."""
    keep, other, taken = which
    merger = await _read(call, system, resource, (keep, other), taken)
    draft = await _drafted(call, system, resource, merger)

    async def check(steps: Sequence[Step]) -> Sequence[str]:
        now = await _read(call, system, resource, (keep, other), taken)
        new = await _drafted(call, system, resource, now)
        return [] if new.plan == draft.plan else [f"{resource.words} {keep} and {other} changed meanwhile."]

    await put(
        call,
        system,
        draft,
        asking,
        check,
        [facts(each.record) for each in (merger.keep, merger.other)],
    )
    batch = await call.journal(system).plan(draft)
    carrying = Carrying(call, system, batch)
    done = await carrying.all()
    if not all(each.done for each in done):
        return outcomes_told(batch, done, carrying.stopped, f"{call.tool}(keep={keep}, other={other})")
    record = await call.api(system).get(Scope(resource), keep)
    head = f"Merged {resource.word} {other} into {name_and_id(resource, record)}."
    lost = f" Gone: {', '.join(merger.merged.lost)}." if merger.merged.lost else ""
    undo = f"undo_change(change_id={batch.id}) makes two of it again.{_leaves(system, resource, merger.merged)}"
    return f"{head}{lost} {undo}\n{as_json(record)}"


def _leaves(system: System, resource: Kind, merged: Merged) -> str:
    """Return what an undo may not remove again: children added to a list that may not be removable."""
    known = fields(resource.record)
    lists = [name for name in merged.values if known[name].many and not (known[name].table or resource.wire.merges)]
    if not lists:
        return ""
    what = f"the new {' and '.join(lists)} where they are"
    return f" An undo may leave {what}: {system.title} documents no way to take one off."


def _check(name: str, resource: Kind, ids: Sequence[int], taken: set[str], known_names: list[str]) -> None:
    columns = [item.name for item in resource.changeable() if not item.many]
    wrong = [f"take has no column {each}; it takes {', '.join(columns)}" for each in sorted(taken - set(columns))]
    if ids[0] == ids[1]:
        wrong.append("keep and other are the same record")
    if wrong:
        raise InvalidArguments(name, wrong, known=known_names)


async def _read(call: Call, system: System, resource: Kind, ids: Sequence[int], taken: set[str]) -> Merger:
    changes, place = call.changes(system), Scope(resource)
    keep, other = [await changes.current(place, id) for id in ids]
    moved, stays = list[tuple[Resource[Record], str, Record]](), list[str]()
    hanging = (partial(_hanging, call, system, each, ids[1]) for each in resource.dependents)
    for each, rows in zip(resource.dependents, await changes.api.all_of(*hanging), strict=True):
        of = system.resource(each.noun)
        if rows is None:
            stays.append(f"any {each.several}, which could not be looked through,")
        elif rows and _movable(of, each.by):
            moved += [(of, each.by, row) for row in rows]
        elif rows:
            stays.append(f"{count(len(rows), each.words, each.several)}, which cannot be moved here,")
    return Merger(keep, other, merge(resource, keep.record, other.record, taken), moved, stays)


async def _hanging(call: Call, system: System, dependent: Dependent, id: int) -> list[Record] | None:
    resource = system.resource(dependent.noun)
    narrow = {each.name: id for each in resource.filters if f"{each.ref}_id" == dependent.by}
    try:
        found = await call.api(system).scan(resource.under({dependent.by: id}), where=narrow)
    except CallFailed:
        return None
    if not found.whole or any(dependent.by in row.unread for row in found.rows):
        return None
    return [row for row in found.rows if getattr(row, dependent.by) == id]


def _movable(resource: Kind, column: str) -> bool:
    """Return whether the column can be changed without a confirmation of its own."""
    item = fields(resource.record)[column]
    return "update" in resource.verbs and not (item.server_set or item.fixed) and not effects(resource, column)


async def _drafted(call: Call, system: System, resource: Kind, merger: Merger) -> ChangeSetDraft:
    """Return the steps: fill the record that stays, move what depends on the other, then delete that."""
    keep, other, merged = merger.keep.record, merger.other.record, merger.merged
    steps = list[Step]()
    if merged.values:
        steps.append(_update(resource, keep, merged.values))
    for of, column, row in merger.moved:
        steps.append(_update(of, row, {column: keep.id}))
    image: dict[str, Any] = to_jsonable_python(
        {item.name: getattr(other, item.name) for item in resource.writable() if not item.sent_only}
    )
    gone = Step(
        verb="delete",
        noun=resource.noun,
        record=other.id,
        before=image,
        says=f"delete {name_and_id(resource, other)}",
        beside=[f"the tie to {each}" for each in merger.stays],
    )
    steps.append(gone)
    return ChangeSetDraft(tool=call.tool, stage="begun", says=await _says(call, system, resource, merger), steps=steps)


def _update(resource: Kind, record: Record, values: Mapping[str, Value]) -> Step:
    return Step(
        verb="update",
        noun=resource.noun,
        record=record.id,
        values=to_jsonable_python(dict(values)),
        before=to_jsonable_python({name: getattr(record, name) for name in values}),
        says=f"update {resource.word} {name_and_id(resource, record)}",
    )


async def _says(call: Call, system: System, resource: Kind, merger: Merger) -> str:
    """Return the question: both records, and the result column by column."""
    keep, other, merged = merger.keep.record, merger.other.record, merger.merged
    both = f"{resource.word} {name_and_id(resource, other, most=None)} into {name_and_id(resource, keep, most=None)}"
    kept = "; ".join(same_in_both(resource, keep, merged.values))
    like = person(card(resource, keep, {}), card(resource, other, {}))
    if like:
        one = f"They are likely one: {', '.join(like.why)}."
    elif folded(resource.name_of(keep)).base == folded(resource.name_of(other)).base:
        one = "They are of one name, but by the rest not likely one."
    else:
        one = "Neither name, e-mail nor telephone say they are one."
    said = [f"Merge {both}?", one, f"Stays: {kept}." if kept else "", *(f"{each}." for each in merged.shows)]
    column = company_column(resource)
    at = [getattr(each, column) for each in (keep, other)] if column else []
    if len(set(at)) > 1:
        noun = str(fields(resource.record)[column].ref)
        api = call.api(system)
        of = await api.all_of(*(partial(_at, api, noun, id) for id in at))
        said.append(f"They are at two: {of[0]} stays, {of[1]} goes.")
    if merger.moved:
        said.append(f"What hangs on the other moves along: {_counted(merger)}.")
    said += [f"Not moved: {each.rstrip(',')}; what becomes of it is not known." for each in merger.stays]
    if merged.lost:
        said.append(f"In neither: {', '.join(merged.lost)}.")
    said.append(
        f"Then {resource.word} {other.id} is deleted; {system.title} has no merge, and an undo gives it a new id."
    )
    said.append(_leaves(system, resource, merged).strip())
    if gone := unrestored(resource, other):
        said.append(f"No undo restores {', '.join(gone)}.")
    return " ".join(each for each in said if each)


async def _at(api: Api, noun: str, id: int | None) -> str:
    return await named(api, noun, id) if id else f"no {noun}"


def _counted(merger: Merger) -> str:
    many = Counter(of.word for of, _, _ in merger.moved)
    return ", ".join(count(number, word) for word, number in many.items())
