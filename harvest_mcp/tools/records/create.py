"""Create tools: a new record, unless it looks like an existing one or a person declines."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from harvest_mcp.api import Api, Scan
from harvest_mcp.changes import Change, Changes
from harvest_mcp.consent.question import CUT, facts
from harvest_mcp.errors import Forbidden, Malformed, NotFound, NotTheApi, PossibleDuplicate, Refused
from harvest_mcp.spec import Record, Resource, Same, Scope, Stake, System, Value, fields
from harvest_mcp.text.folding import same
from harvest_mcp.text.render import plain, quoted
from harvest_mcp.tools.arguments.dates_and_hours import resolve_dates, today
from harvest_mcp.tools.arguments.model import Argument, column, model, owner, ruled
from harvest_mcp.tools.arguments.owners import under_what
from harvest_mcp.tools.arguments.references import (
    check_rules,
    column_values,
    completed_values,
    locate,
    name_and_id,
    rule_refusals,
)
from harvest_mcp.tools.arguments.value_types import TRUTH
from harvest_mcp.tools.questions.ask import Asking, Intention, ask, at_stake, matter_of, tied_to
from harvest_mcp.tools.questions.record_state import Owner, Shown, owner_change, owner_of
from harvest_mcp.tools.questions.write_results import insist_note, remarks, write_answer
from harvest_mcp.tools.records.query import NamesSeen
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
Place = Scope[Record]
MOST_TWINS = 5
"""The most likely duplicates to read or name."""


def create_tool(system: System, resource: Kind) -> Tool:
    """Return `create_contact`: a new record, unless it looks like an existing one."""
    name, asks = system.tool("create", resource), _may_ask(resource)
    retired = {rule.retired for rule in resource.rules}  # nobody creates an archived record
    new = [item for item in resource.creatable() if item.name not in retired]
    takes = [column(item, required=item.required, words=system.zoned) for item in new]
    takes += [each for each in owner(resource) if each.name not in {known.name for known in takes}]
    takes += ruled(resource)
    if resource.same and not resource.same.sure:
        takes.append(Argument("allow_duplicate", TRUTH))

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = await resolve_dates(call, system, arguments), call.api(system)
        values = await draft_values(call, system, resource, given, arguments)
        place = await locate(api, resource, given, values)
        once, changes = not given.get("allow_duplicate"), call.changes(system)
        if once and (change := await changes.said(place, values)):
            return _said(system, resource, change)
        others = await _others(api, place, values)
        if once and (change := await _repeated(call, changes, place, others.rows, values)):
            return _said(system, resource, change)
        owner = None
        if create_stakes(resource, values):
            asking = Asking(name, given)
            owner = await ask_to_create(call, system, place, values, asking, others=others.rows)
        change = await changes.create(place, values, above=others.highest, whole=others.newest, once=once)
        if change.before:
            return _said(system, resource, change)
        more = [*remarks(system, resource, values, change.record, call.names_of(system))]
        if not resource.owner and any(fields(resource.record)[name].type is not str for name in resource.label):
            more.append(await NamesSeen(api, call.names_of(system)).told(resource, change.record))
        done = _said(system, resource, change, await owner_change(call, system, owner), *more)
        return f"{done}{not_compared(others, resource)}"

    return Tool(
        name=name,
        says=" ".join(part for part in (_what(system, resource), resource.wording.caution) if part),
        toolset=resource.toolset,
        hints=Hints(destroys=asks),
        arguments=model(name, *takes, asks=asks),
        run=run,
        untouched=f"Nothing was {resource.wording.done}.",
    )


async def draft_values(
    call: Call, system: System, resource: Kind, given: dict[str, Any], arguments: Arguments
) -> dict[str, Value]:
    """Return the values of a new record, completed by its rules."""
    takes = type(arguments).model_fields
    check_rules(call.tool, resource, given, None, known=takes)
    asks_day = any(rule.wants_today(given, None) for rule in resource.rules)
    day = await today(call, system) if asks_day else None
    with rule_refusals(call.tool, takes):
        given |= completed_values(resource, given, given, today=day)
    return dict(completed_values(resource, await column_values(call.api(system), resource, given), given))


async def _repeated(
    call: Call, changes: Changes, place: Place, others: list[Record], values: Mapping[str, Value]
) -> Change[Record] | None:
    """Return the change that created such a record while a person was asked; None if nothing looks like it.

    Raises:
        PossibleDuplicate: there is one, and it was not created from here.
    """
    if not (like := await _found(call, changes.api, place, others, values)):
        return None
    if change := await changes.said(place, values):  # created by somebody else since the question
        return change
    twinned = [name_and_id(place.resource, twin) for twin in like[:MOST_TWINS]]
    raise PossibleDuplicate(place.resource.word, twinned, sure=bool(place.resource.same and place.resource.same.sure))


UNLISTED = "their list could not be read"
LATELY = timedelta(days=1)


async def _others(api: Api, place: Place, values: Mapping[str, Value]) -> Scan[Record]:
    """Return the records to compare with; none if only recent ones count and no list of them is documented."""
    try:
        return await api.around(place, place.resource.around(values))
    except (NotFound, Forbidden, Refused, NotTheApi, Malformed):
        if place.resource.same is None or not place.resource.same.lately:
            raise
        return Scan([], part=UNLISTED, newest=False)


def not_compared(others: Scan[Record], resource: Kind) -> str:
    """Return a line that says with which records a new one was not compared; empty if with all."""
    if others.whole or not resource.same:
        return ""
    return f"\n{'Nothing was' if others.part == UNLISTED else 'Not all were'} compared: {others.told}."


def _recent(call: Call, same: Same, rows: list[Record]) -> list[Record]:
    """Return those created lately, compared by date: local times may be of another zone than this computer's."""
    if not same.lately:
        return rows
    first = datetime.fromtimestamp(call.desk.clock(), UTC).date() - LATELY
    when = ((row, getattr(row, same.lately)) for row in rows)
    return [row for row, made in when if not isinstance(made, datetime) or made.date() >= first]


def _said(system: System, resource: Kind, change: Change[Record], *more: str) -> str:
    """Return the answer to a create that ran now, or to an equal one that ran before."""
    word = resource.wording.done
    done = f"Already {word}" if change.before else word.capitalize()
    again = insist_note(change) if resource.same and not resource.same.sure else ""
    adds = [says for rule in resource.rules for says in rule.made(system.title) if not change.before]
    leaves = " and ".join(rule.leaves for rule in resource.rules if rule.leaves)
    undo = f"undo_change(change_id={change.entry}) deletes it again; {leaves} cannot be taken back." if leaves else None
    return write_answer(done, system, resource, change, again, *adds, *more, undo=undo)


def _whose(resource: Kind, values: Mapping[str, Value]) -> int:
    """Return the id of its owner; 0 without one."""
    return int(str(values.get(resource.owner) or 0)) if resource.owner else 0


NOT_SAID = (None, "", False)
"""Values a new record has anyway, so that nothing is at stake in them."""


def create_stakes(resource: Kind, values: Mapping[str, Value]) -> tuple[Stake, ...]:
    """Return what is at stake in a new record with these values."""
    return at_stake(resource, values, {name for name, value in values.items() if value not in NOT_SAID})


async def ask_to_create(
    call: Call,
    system: System,
    place: Place,
    values: Mapping[str, Value],
    asking: Asking,
    *,
    others: Sequence[Record] = (),
) -> Owner | None:
    """Return the owner as just read, after a person confirmed what is at stake.

    Raises:
        NotConfirmed: nobody confirmed.
    """
    resource = place.resource
    name = resource.name_of(resource.record.model_validate({"id": 0, **values}))

    async def propose() -> tuple[Intention, Owner | None]:
        owner = await owner_of(call, system, resource, _whose(resource, values))
        below = f" of {owner.standing.called}" if owner else await under_what(call.api(system), place)
        told = {name: plain(value) for name, value in values.items()}
        proposed = Intention(
            asks="create",
            does=resource.wording.does,
            system=system,
            resource=resource,
            names=[f"{resource.word} {quoted(name, most=most)}{below}" for most in CUT],
            content=(told, facts(owner.standing.record) if owner else None),
            shown=Shown.draft(resource, values),
            undoes=bool(asking.part_of),
            values=values,
            stakes=create_stakes(resource, values),
            owner=owner,
            facts=await tied_to(call, system, resource, values),
            others=[(quoted(called, most=None), each) for each in others if (called := resource.name_of(each))],
        )
        return proposed, owner

    _, owner = await ask(call, asking, matter_of(call, system, resource, 0), propose)
    return owner


def _may_ask(resource: Kind) -> bool:
    """Return whether the create tool may ask a person."""
    return any(rule.always_asks or rule.asks("create") for rule in resource.rules)


def _what(system: System, resource: Kind) -> str:
    """Return the tool's description, with when it asks a person."""
    for effect in (rule.always_asks for rule in resource.rules if rule.always_asks):
        return f"{resource.wording.titled(system.one(resource))}, after asking a person: {effect}."
    effects = [effect for rule in resource.rules if (effect := rule.asks("create"))]
    asks = f" Asks a person before it {' or '.join(effects)}." if effects else ""
    return f"Add {system.one(resource)}.{asks}"


async def _found(call: Call, api: Api, place: Place, others: list[Record], values: Mapping[str, Value]) -> list[Record]:
    """Return the records that look like one with these values; read in full if a list row is not enough to tell."""
    if place.resource.same and (like := twins(_recent(call, place.resource.same, others), place.resource, values)):
        return like
    on = datetime.fromtimestamp(call.desk.clock(), UTC).date()
    alike = [(rule, other) for rule in place.resource.rules for other in others if rule.resembles(values, other, on)]
    newest = sorted(alike, key=lambda each: -each[1].id)[:MOST_TWINS]
    return [other for rule, other in newest if rule.repeats(values, await api.get(place, other.id))]


def near(resource: Kind, rows: Sequence[Record], values: Mapping[str, Value]) -> list[Record]:
    """Return the rows of the same owner, since only those count as duplicates."""
    within = resource.same.within if resource.same else None
    return [row for row in rows if within is None or getattr(row, within) == values.get(within)]


def twins(others: Sequence[Record], resource: Kind, values: Mapping[str, Value]) -> list[Record]:
    groups = resource.same.any_of if resource.same else ()
    return [other for other in others if any(_alike(other, resource, group, values) for group in groups)]


def _alike(other: Record, resource: Kind, group: tuple[str, ...], values: Mapping[str, Value]) -> bool:
    """Return whether all columns of the group are filled and equal."""
    pairs = [(name, getattr(other, name), values.get(name)) for name in group]
    return all(
        one and two and _equal(one, two, company=fields(resource.record)[name].company) for name, one, two in pairs
    )


def _equal(one: Value, two: Value, *, company: bool) -> bool:
    if isinstance(one, str) and isinstance(two, str):
        return same(one, two, company=company)
    return one == two
