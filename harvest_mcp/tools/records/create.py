"""The create tools: one more record, unless it looks like one that is there, or a person says no."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harvest_mcp.api import Api, Scan
from harvest_mcp.changes import Change
from harvest_mcp.consent.question import CUT, Question, facts
from harvest_mcp.errors import Forbidden, Malformed, NotFound, NotTheApi, PossibleDuplicate, Refused
from harvest_mcp.spec import Record, Resource, Same, System, Value, fields, one_of
from harvest_mcp.text.folding import same
from harvest_mcp.text.render import plain, quoted
from harvest_mcp.tools.arguments.dates_and_hours import dated
from harvest_mcp.tools.arguments.model import CONFIRM, Argument, column, model, owner
from harvest_mcp.tools.arguments.references import columns, known, placed
from harvest_mcp.tools.arguments.value_types import TRUTH
from harvest_mcp.tools.questions.ask import Asking, ask, matter_of, place_of
from harvest_mcp.tools.questions.record_state import Owner, moved, owner_of
from harvest_mcp.tools.questions.stakes import asks_to_create, creates, of_create, says
from harvest_mcp.tools.questions.summary import draft
from harvest_mcp.tools.questions.warnings import Case, sentences
from harvest_mcp.tools.questions.write_results import insisting, told
from harvest_mcp.tools.records.checks import agree, complete, day_for, refusing, remarks, ruled
from harvest_mcp.tools.records.query import NamesSeen
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
MOST_TWINS = 5
"""Likely duplicates that are named, or looked at."""


def create_tool(system: System, resource: Kind) -> Tool:
    """`create_contact`: one more record, unless it looks like one that is there."""
    name = system.tool("create", resource)
    takes = [column(item, required=item.required, words=system.zoned) for item in resource.creatable()]
    takes += [*(owner(resource) if resource.acting else []), *ruled(resource)]
    if resource.same and not resource.same.sure:
        takes.append(Argument("allow_duplicate", TRUTH))
    if asks_to_create(resource):
        takes.append(CONFIRM)

    async def run(call: Call, arguments: Arguments) -> str:
        given, api = await dated(call, system, arguments), call.api(system)
        agree(name, resource, given, None, known=[each.name for each in takes])
        day = await day_for(call, system, resource, given)
        with refusing(name, [each.name for each in takes]):
            given |= complete(resource, given, given, today=day)
        values = dict(complete(resource, await columns(api, resource, given), given))
        place = await placed(api, resource, given) if resource.acting else resource.under(values)
        once, changes = not given.get("allow_duplicate"), call.changes(system)
        if once and (change := await changes.said(place, values)):
            return _said(system, resource, change)
        others = await _others(api, place, values)
        if once and (twins := await _found(call, api, place, others.rows, values)):
            if change := await changes.said(place, values):  # by somebody else, since it was asked
                return _said(system, resource, change)
            twinned = [known(resource, twin) for twin in twins[:MOST_TWINS]]
            raise PossibleDuplicate(resource.word, twinned, sure=bool(resource.same and resource.same.sure))
        owner = None
        if resource.sets_off or of_create(resource, values):
            asking = Asking(name, given)
            owner = await ask_to_create(call, system, resource, values, asking, others=others.rows)
        change = await changes.create(place, values, above=others.highest, whole=others.newest, once=once)
        if change.before:
            return _said(system, resource, change)
        more = [*remarks(system, resource, values, change.record)]
        more.append(await NamesSeen(api, call.desk.names_of(system)).told(resource, change.record))
        done = _said(system, resource, change, await moved(call, system, owner), *more)
        if others.whole or not resource.same:
            return done
        return f"{done}\n{'Nothing was' if others.part == UNLISTED else 'Not all were'} compared: {others.told}."

    return Tool(
        name=name,
        says=" ".join(part for part in (_what(system, resource), resource.caution) if part),
        toolset=resource.toolset,
        hints=Hints(destroys=asks_to_create(resource)),
        arguments=model(name, *takes),
        run=run,
        untouched=f"Nothing was {resource.done}.",
    )


UNLISTED = "their list could not be read"
LATELY = timedelta(days=1)


async def _others(api: Api, place: Kind, values: Mapping[str, Value]) -> Scan[Record]:
    """Those a new one could be mistaken for; none where that only matters lately and nobody documented a list."""
    try:
        return await api.around(place, values)
    except (NotFound, Forbidden, Refused, NotTheApi, Malformed):
        if place.same is None or not place.same.lately:
            raise
        return Scan([], part=UNLISTED, newest=False)


def _recent(call: Call, same: Same, rows: list[Record]) -> list[Record]:
    """Those that count as made lately, to the day: a local time may be of another zone than this computer's."""
    if not same.lately:
        return rows
    first = datetime.fromtimestamp(call.desk.clock(), UTC).date() - LATELY
    when = ((row, getattr(row, same.lately)) for row in rows)
    return [row for row, made in when if not isinstance(made, datetime) or made.date() >= first]


def _said(system: System, resource: Kind, change: Change[Record], *more: str) -> str:
    """What a create came to: now, or when the same was said before."""
    done = f"Already {resource.done}" if change.before else resource.done.capitalize()
    again = insisting(change) if resource.same and not resource.same.sure else ""
    adds = f"{system.title} puts on it by itself: {resource.adds}." if resource.adds and not change.before else ""
    stays = f"undo_change(change_id={change.entry}) deletes it again; {resource.stays} cannot be taken back."
    return told(done, system, resource, change, again, adds, *more, undo=stays if resource.stays else None)


def _whose(resource: Kind, values: Mapping[str, Value]) -> int:
    """The id of the record it lies under; 0 where it lies under none."""
    return int(str(values.get(resource.owner) or 0)) if resource.owner else 0


def create_along_tool(system: System, resource: Kind) -> list[Tool]:
    """`create_task_in_project`: a new record and its assignment in one, where the vendor has an address for both."""
    assigns, at = resource.assigns, resource.owned_by
    if assigns is None or at is None or not assigns.along:
        return []
    other = system.resource(str(fields(resource.record)[assigns.column].ref))
    name = system.tool("create", other, of=f"in_{at.ref}")
    columns_of = [item for item in other.writable() if item.name in assigns.columns]
    takes = [*owner(resource), *(column(item, required=item.required, words=system.zoned) for item in columns_of)]
    takes.append(Argument("allow_duplicate", TRUTH))

    async def run(call: Call, arguments: Arguments) -> str:
        given = await dated(call, system, arguments)
        api, changes = call.api(system), call.changes(system)
        values = {**await columns(api, resource, given), **await columns(api, other, given)}
        place, once = replace(resource.under(values), makes=other), not given.get("allow_duplicate")
        if once and (change := await changes.said(place, values)):
            return told("Already created", system, resource, change, insisting(change))
        if once and other.same and (twins := _twins((await api.scan(other)).rows, other, values)):
            raise PossibleDuplicate(other.word, [known(other, twin) for twin in twins[:5]])
        above = (await api.scan(place)).highest
        change = await changes.create(place, values, above=above, once=once)
        return told(f"Created the {other.word} and", system, resource, change)

    return [
        Tool(
            name=name,
            says=f"Add a new {other.noun} to a {at.ref}.",
            toolset=resource.toolset,
            hints=Hints(),
            arguments=model(name, *takes),
            run=run,
            untouched="Nothing was created.",
        )
    ]


async def ask_to_create(
    call: Call,
    system: System,
    resource: Kind,
    values: Mapping[str, Value],
    asking: Asking,
    *,
    others: Sequence[Record] = (),
) -> Owner | None:
    """Whose it will be as that stands now, once a person agreed to what this create sets off.

    Raises:
        NotConfirmed: nobody agreed.
    """
    matter, asked = matter_of(call, system, resource, 0), list[Owner | None]()
    name = resource.name_of(resource.record.model_validate({"id": 0, **values}))

    async def build() -> Question:
        asked.append(owner := await owner_of(call, system, resource, _whose(resource, values)))
        below = f" of {owner.standing.called}" if owner else ""
        what, whole = (f"{resource.word} {quoted(name, most=most)}{below}" for most in CUT)
        case = Case(
            asks="create",
            system=system,
            resource=resource,
            undoes=bool(asking.part_of),
            values=values,
            stakes=of_create(resource, values),
            owner=owner,
            others=others,
        )
        return Question(
            text=" ".join([asking.asks(resource.does, whole), *sentences(case)]),
            tick=what,
            matter=matter,
            content=(
                {name: plain(value) for name, value in values.items()},
                facts(owner.standing.record) if owner else None,
            ),
            sheet=draft(resource, values, sentences(case), place=place_of(call, system)),
        )

    await ask(call, asking, matter, build)
    return asked[-1]


def _what(system: System, resource: Kind) -> str:
    if resource.sets_off:
        does, what = "add" if resource.does == "create" else resource.does, system.one(resource)
        if resource.creates:  # it says what people call it: `send_invoice`
            does, _, named = resource.creates.partition("_")
            what = one_of(named.replace("_", " "))
        sets_off = resource.sets_off.replace("{", "").replace("}", "")
        return f"{does.capitalize()} {what}, after asking a person: {sets_off}."
    return f"Add {system.one(resource)}.{says(creates(resource))}"


async def _found(call: Call, api: Api, place: Kind, others: list[Record], values: Mapping[str, Value]) -> list[Record]:
    """Those that one with these values looks like; one that only its whole record tells apart is read."""
    if place.same and (twins := _twins(_recent(call, place.same, others), place, values)):
        return twins
    on = datetime.fromtimestamp(call.desk.clock(), UTC).date()
    alike = [(rule, other) for rule in place.rules for other in others if rule.resembles(values, other, on)]
    newest = sorted(alike, key=lambda each: -each[1].id)[:MOST_TWINS]
    return [other for rule, other in newest if rule.repeats(values, await api.get(place, other.id))]


def _twins(others: Sequence[Record], resource: Kind, values: Mapping[str, Value]) -> list[Record]:
    groups = resource.same.any_of if resource.same else ()
    return [other for other in others if any(_alike(other, resource, group, values) for group in groups)]


def _alike(other: Record, resource: Kind, group: tuple[str, ...], values: Mapping[str, Value]) -> bool:
    """All columns of the group are filled and the same."""
    pairs = [(name, getattr(other, name), values.get(name)) for name in group]
    return all(
        one and two and _equal(one, two, company=fields(resource.record)[name].company) for name, one, two in pairs
    )


def _equal(one: Value, two: Value, *, company: bool) -> bool:
    if isinstance(one, str) and isinstance(two, str):
        return same(one, two, company=company)
    return one == two
