"""`update_many`: one change to many records found by a query; first a plan, then all of it as one change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pydantic_core import to_jsonable_python

from harvest_mcp.api import Scan
from harvest_mcp.changes import ChangeSetDraft, Step
from harvest_mcp.changes.looking import differing, holds, typed
from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Action, Field, Part, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import as_csv, count, plain, quoted
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.problems import VENDORS
from harvest_mcp.tools.arguments.references import (
    check_rules,
    column_values,
    completed_values,
    name_and_id,
    resolve,
    rule_refusals,
)
from harvest_mcp.tools.arguments.spellings import ALIVE
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.arguments.value_types import REFERENCES, TRUTH, WORD, WORDS
from harvest_mcp.tools.bulk.asking import agreed, kept
from harvest_mcp.tools.bulk.carrying import MOST_ROWS, apart_by, carried
from harvest_mcp.tools.bulk.choosing import chosen
from harvest_mcp.tools.bulk.naming import BULK, OPPOSITE, Setting, one_of, tool_name
from harvest_mcp.tools.questions.stakes import effects
from harvest_mcp.tools.questions.write_results import left_alone, remarks_on_plan
from harvest_mcp.tools.records.get_update import update_tool
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
WAYS = ("query", "records", "of", "empty")


def many_tool(system: System) -> Tool:
    """Return the tool, for every kind whose update asks nobody by itself."""
    name = tool_name(system, "update", "many")
    kinds = {each.plural: each for each in system.resources if _plain(each)}
    own = f" {system.prefix}" if system.prefix else ""
    takes = [
        Argument("kind", one_of(kinds)),
        Argument("query", WORD, "words that each of them has"),
        Argument("records", REFERENCES, "or these: ids or exact names"),
        Argument("of", WORD, "or, with query, those of this client, firm or project: a name or id"),
        Argument("empty", WORDS, "those where these columns are"),
        Argument("set", WORDS, "e.g. title=Buyer, active=false; details= empties; contact_addresses.city=Nantes"),
        Argument("archived", TRUTH, "true: archived ones too"),
        Argument("plan", WORD, "of an earlier answer: asks a person, and carries it out or goes on with it"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, known_names = arguments.given(), list(type(arguments).model_fields)
        if "plan" in given:
            return await _carried_out(call, system, given, known_names)
        if not {"kind", "set"} <= given.keys() or not given.keys() & set(WAYS):
            raise InvalidArguments(
                name, ["takes kind, set, and query, records, of or empty; or plan alone"], known=known_names
            )
        resource = kinds[given["kind"]]
        wanted = [_called(resource, name, each) for each in given["set"]]
        _said_once(name, wanted, known_names)
        found, rows, left = await chosen(call, system, resource, given)
        if len(rows) > MOST_ROWS:
            why = f"{len(rows)} {resource.words} are more than the {MOST_ROWS} of one change"
            raise InvalidArguments(name, [f"{why}; narrow them"], known=known_names)
        wanted = [await _looked_up(call, system, resource, each) for each in wanted] if rows else wanted
        made = [step for row in rows for step in await _steps(call, system, resource, row, wanted)]
        return await _planned(call, system, resource, (found, rows, made), wanted, left)

    return Tool(
        name=name,
        says=f"One change of many{own} records: a plan first; with plan it asks a person.",
        toolset=BULK,
        hints=Hints(destroys=True),
        arguments=model(name, *takes, asks=True),
        run=run,
        untouched="Nothing was changed.",
    )


def _plain(resource: Kind) -> bool:
    """Return whether it is listed and updated at the top level, and updates ask nobody."""
    return {"list", "update"} <= set(resource.verbs) and not resource.place and not effects(resource)


async def _steps(call: Call, system: System, resource: Kind, row: Record, said: Sequence[Setting]) -> list[Step]:
    """Return the steps that bring one record to the given values; none if it has them."""
    written, flips = dict[str, str](), list[tuple[Action, bool]]()
    for each in said:
        if flip := _flip(call.tool, resource, each):
            flips.append(flip)
        else:
            written[each.name] = each.value
    steps = list[Step]()
    if written and not holds(row, values := await _values(call, system, resource, row, written)):
        before = {name: getattr(row, name) for name in values}
        steps.append(_step("update", resource, row, values, before))
    for action, wanted in flips:
        if bool(getattr(row, action.flips)) != wanted:
            steps.append(_step(action.verb, resource, row, {action.flips: wanted}, {action.flips: not wanted}))
    return steps


def _step(verb: str, resource: Kind, row: Record, values: Mapping[str, Value], before: Mapping[str, Value]) -> Step:
    return Step(
        verb=verb,
        noun=resource.noun,
        record=row.id,
        values=to_jsonable_python(dict(values)),
        before=to_jsonable_python(dict(before)),
        says=f"{resource.word} {name_and_id(resource, row)}",
    )


def _pair(tool: str, said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals:
        raise InvalidArguments(tool, [f"set takes column=value, not {said!r}"], known=["set"])
    return name.strip(), value.strip()


def _called(resource: Kind, tool: str, said: str) -> Setting:
    """Return an argument under this server's column name, whichever of the vendor's was used."""
    column, value = _pair(tool, said)
    known = fields(resource.record)
    if column in known and not known[column].server_set:
        return Setting(column, column, value)
    flag = next((name for name in ALIVE if name in known and _turns(resource, known[name])), "")
    if column in ALIVE and flag:
        turned = ALIVE[column] != ALIVE[flag]
        return Setting(column, flag, OPPOSITE.get(value.lower(), value) if turned else value, turned)
    called = VENDORS.get(column, column)
    return Setting(column, called if called in known else column, value)


def _turns(resource: Kind, flag: Field) -> bool:
    """Return whether an update or an action can change this flag."""
    return not flag.server_set or resource.action(flag.name, True) is not None


async def _looked_up(call: Call, system: System, resource: Kind, said: Setting) -> Setting:
    """Return the same with another record by its id, looked up once for all rows, and its name for people."""
    item = next((each for each in fields(resource.record).values() if each.argument == said.name), None)
    if item is None or not item.ref or item.many or not said.value:
        return said
    id = await resolve(call.api(system), item.ref, said.value)
    name = call.names_of(system).one(item.ref, id)
    return replace(said, value=f"id {id}" if id else said.value, shown=f"{name} ({id})" if name else "")


def _said_once(tool: str, said: Sequence[Setting], known_names: Sequence[str]) -> None:
    """Refuse two values for one column.

    Raises:
        InvalidArguments: a column has two.
    """
    for name in (each.name for each in said):
        asked = [each.asked for each in said if each.name == name]
        if len(asked) > 1:
            which = " and ".join(dict.fromkeys(asked))
            raise InvalidArguments(tool, [f"set has more than one value for {which}"], known=known_names)


def _flip(tool: str, resource: Kind, said: Setting) -> tuple[Action, bool] | None:
    """Return the action that sets a boolean column, unless an update writes it.

    Raises:
        InvalidArguments: the value is no boolean.
    """
    item = fields(resource.record).get(said.name)
    wanted = said.value.lower() == "true"
    action = resource.action(said.name, wanted) if item and item.type is bool else None
    if action is None or action.sets_off:
        return None
    if said.value.lower() not in OPPOSITE:
        raise InvalidArguments(tool, [f"{said.asked} takes true or false, not {said.value!r}"], known=["set"])
    return action, wanted


async def _values(
    call: Call, system: System, resource: Kind, row: Record, written: Mapping[str, str]
) -> Mapping[str, Value]:
    """Return the values an update of this record would write, checked as by its update tool."""
    update = update_tool(system, resource)
    plain_ = {name: value for name, value in written.items() if "." not in name}
    values: dict[str, Value] = {}
    takes = update.arguments.model_fields
    if plain_:
        given = parse(update.name, update.arguments, {resource.key: row.id, **plain_}).given()
        if kept_ := [name for name in plain_ if name not in given]:
            raise InvalidArguments(update.name, [f"{', '.join(kept_)} cannot be emptied"], known=takes)
        values |= await column_values(call.api(system), resource, {name: given[name] for name in plain_})
    for name, value in written.items():
        if "." in name:
            values |= _children(call.tool, resource, row, name, value)
    check_rules(update.name, resource, values, row, known=takes)
    with rule_refusals(update.name, takes):
        return completed_values(resource, values, {}, row)


def _children(tool: str, resource: Kind, row: Record, name: str, value: str) -> dict[str, Value]:
    """Return a list with one column of each child changed.

    Raises:
        InvalidArguments: there is no such list or column.
    """
    list_, _, column = name.partition(".")
    item = fields(resource.record).get(list_)
    inner = fields(item.type).get(column) if item and item.many else None
    if item is None or inner is None or inner.server_set or inner.type is not str or inner.codes:
        raise InvalidArguments(tool, [f"set has no text {name} to change"], known=["set"])
    children = [each for each in getattr(row, list_) or () if isinstance(each, Part)]
    return {list_: tuple(each.model_copy(update={column: value}) for each in children)} if children else {}


async def _planned(
    call: Call,
    system: System,
    resource: Kind,
    what: tuple[Scan[Record], Sequence[Record], Sequence[Step]],
    said: Sequence[Setting],
    left: str,
) -> str:
    found, rows, made = what
    part = left if found.whole else f"{left}; {found.told}"
    many = count(len(rows), resource.word, resource.words)
    if not made:
        return f"# Nothing to change: {many} found{', all as they would be' if rows else ''}{part}"
    names = ", ".join(dict.fromkeys(step.says for step in made))
    says = f"Change {count(len({step.record for step in made}), system.word(resource), system.words(resource))}: "
    says += f"{', '.join(quoted(each.said, most=None) for each in said)}? {names}."
    kept_apart = "".join(f" {each}" for each in left_alone(resource, {each.name: each.value for each in said}))
    draft = ChangeSetDraft(tool=call.tool, says=f"{says}{kept_apart}", steps=made)
    plan = await call.journal(system).plan(draft)
    called = {each.name: each for each in said}
    lines = [
        (step.record, step.says, as_said.asked, *(as_said.told(plain(each)) for each in (step.before.get(name), value)))
        for step in made
        for name, value in _read(resource, step.values).items()
        for as_said in [called.get(name) or Setting(name, name, "")]
    ]
    table, shown = as_csv(("id", "record", "column", "before", "after"), lines)
    more = "" if shown == len(lines) else f"; the first {shown} of {len(lines)} rows"
    head = f'# Plan {plan.plan}: {call.tool}(plan="{plan.plan}") asks a person and carries it out.'
    by_id = {row.id: row for row in rows}
    kept_apart += remarks_on_plan(
        system, resource, (_after(resource, by_id[step.record or 0], step) for step in made), call.names_of(system)
    )
    return (
        f"{head} {many} found, {count(len(made), 'change')}{part}{more}{'.' if kept_apart else ''}{kept_apart}\n{table}"
    )


def _read(resource: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a step as they will be read: `80.00` for 80."""
    known = fields(resource.record)
    return {
        name: known[name].read(Decimal(value)) if value and known[name].money else value
        for name, value in values.items()
    }


def _after(resource: Kind, row: Record, step: Step) -> tuple[Record, Mapping[str, Value]]:
    """Return a record as a step would leave it, and the values it writes."""
    values = typed(resource, step.values)
    return row.model_copy(update=values), values


async def _carried_out(call: Call, system: System, given: Mapping[str, Any], known_names: Sequence[str]) -> str:
    """Carry out a plan once confirmed, or continue one that was interrupted."""
    plan = await kept(call, system, given, known_names)

    async def check(planned: Sequence[Step]) -> Sequence[str]:
        return await _changed(call, system, planned)

    return await carried(call, system, await agreed(call, system, plan, given, check))


async def _changed(call: Call, system: System, planned: Sequence[Step]) -> list[str]:
    """Return the records of a plan that no longer read as when planned."""
    problems = list[str]()
    for noun in dict.fromkeys(step.noun for step in planned):
        resource = system.resource(noun)
        found = await call.api(system).scan(Scope(resource))
        rows, gone = {row.id: row for row in found.rows}, "is not there any more"
        gone = gone if found.whole else f"could not be read again: {found.told}"
        for step in (each for each in planned if each.noun == noun):
            row = rows.get(step.record or 0)
            if row is None:
                problems.append(f"{step.says} {gone}.")
            elif other := differing(row, typed(resource, step.before)):
                problems.append(f"{step.says} {apart_by(resource, row, other)} by now.")
    return problems
