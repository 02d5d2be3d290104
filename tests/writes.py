"""Every tool that writes: whether it asks a person, what an undo restores, and what that leaves; from the code."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harvest_mcp.changes import Entry
from harvest_mcp.changes.undo import plan
from harvest_mcp.errors import NotUndone
from harvest_mcp.spec import (
    Action,
    Archives,
    Attachment,
    Field,
    Frees,
    Record,
    Resource,
    SetsOff,
    System,
    Value,
    fields,
)
from harvest_mcp.systems import load
from harvest_mcp.tools.bulk.tools import bulk_tools
from harvest_mcp.tools.journal.journal_tools import history_tools
from harvest_mcp.tools.records.actions import action_tool_name
from harvest_mcp.tools.registry import tools_of
from harvest_mcp.tools.tool import Tool

Kind = Resource[Record]
Values = Mapping[str, object]
Cells = tuple[str, str]
"""What an undo restores, and what it leaves."""

CHILDREN = "the ids of children made again"
ALWAYS = re.compile(r"after asking a person|asks a person\.")
ASKS = re.compile(r"(?:after asking a person: |[Aa]sks? a person (?:before (?:it )?|where that ))([^.;]+)")
SAMPLE: Mapping[type, object] = {bool: True, int: 1, str: "1"}
TAKEN_BACK = "as any other change", ""


@dataclass(frozen=True, slots=True)
class Write:
    """A tool that writes, and the records it writes."""

    system: System
    resource: Kind
    tool: Tool


def writes(system: System) -> list[Write]:
    """The tools of a system that write, but for those of the journal."""
    found = [Write(system, each, tool) for each in system.resources for tool in tools_of(system, each)]
    return [write for write in found if not write.tool.hints.reads]


def table(name: str) -> str:
    """One row for each tool that writes."""
    system = load(name)
    rows = [row(write.tool, *undone(write)) for write in writes(system)]
    rows += [row(tool, *of_many(tool)) for tool in bulk_tools(system) if not tool.hints.reads]
    rows += [row(tool, *TAKEN_BACK) for tool in history_tools([system]) if not tool.hints.reads]
    return "\n".join(["| Tool | Asks a person | An undo | and does not restore |", "|---|---|---|---|", *rows])


def of_many(tool: Tool) -> Cells:
    """What an undo of many changes restores, and leaves."""
    if tool.name.startswith("add_"):
        return "takes the line out again, wherever it stands by then", ""
    return "takes all of it back as one, the newest first", "what an undo of each of its changes does not"


def row(tool: Tool, restores: str, leaves: str) -> str:
    return f"| `{tool.name}` | {asks(tool)} | {restores} | {leaves} |"


def asks(tool: Tool) -> str:
    """When it asks, by its hint and in its own words."""
    if not tool.hints.destroys:
        return "no"
    if ALWAYS.search(tool.says):
        return "always"
    found = re.search(r"[Aa]sks a person (where [^.;]+)", tool.says) or ASKS.search(tool.says)
    assert found is not None, f"{tool.name} asks a person, and does not say when"
    return found[1] if found[1].startswith("where") else f"before it {found[1]}"


def asked() -> str:
    """The list of what asks, over all tools of all systems."""
    what: dict[str, None] = {}
    for name in ("harvest", "harvest_v2", "incwo"):
        what.update(dict.fromkeys(reason for write in writes(load(name)) for reason in reasons(write)))
    what.update(dict.fromkeys(("merges two records", "imports contacts", "changes many records at once")))
    return "\n".join(f"- {reason}" for reason in what)


def reasons(write: Write) -> Iterator[str]:
    """Why a tool asks, as what it does: `deletes`, `mails an invitation`."""
    system, resource, tool = write.system, write.resource, write.tool
    if not tool.hints.destroys:
        return
    if "delete" in verbs(write):
        yield "deletes"
        return
    thing = f"a {file.noun}" if (file := _file(resource)) and "attach" in verbs(write) else resource.one
    effects = [each.sets_off for each in resource.actions if action_tool_name(system, resource, each) == tool.name]
    found = ASKS.search(tool.says)
    says = effects[0] if effects else found[1] if found else ""
    assert says, f"{tool.name} asks a person, and does not say why"
    for each in re.split(r" or (?=\w+s )", says):  # of two effects each by itself
        told = re.sub(r"\b(it|one)\b", thing, each, count=1)
        yield f"{told} of {thing}" if effects and thing not in told else told


def verbs(write: Write) -> tuple[str, ...]:
    """What the journal calls the writes of a tool.

    Raises:
        KeyError: a tool that this does not know.
    """
    system, resource, name = write.system, write.resource, write.tool.name
    known: dict[str, tuple[str, ...]] = {
        system.tool(verb, resource): (verb,) for verb in ("create", "update", "delete")
    }
    known |= {action_tool_name(system, resource, each): (each.verb,) for each in resource.actions if not each.by_name}
    for item in resource.writable():
        if item.many and item.each:
            known |= {
                system.tool(verb, resource, item.each.noun): (f"{item.name}",) for verb in ("add", "update", "remove")
            }
    if resource.wire.assigns and resource.owned_by:
        other = system.resource(str(fields(resource.record)[resource.wire.assigns].ref))
        known[system.tool("create", other, of=f"in_{resource.owned_by.ref}")] = ("create",)
    if file := _file(resource):
        known[f"attach_{file.noun}"] = ("attach",)
    timers = tuple(each.verb for each in resource.actions if each.by_name)
    if resource.wire.day:
        known |= {"log_time": ("create",), "start_timer": ("create", *timers), "stop_timer": timers}
    return known[name]


def undone(write: Write) -> Cells:
    """What an undo of it does and leaves, by the plan of the undo itself."""
    cells = [_planned(write, entry) for verb in verbs(write) for entry in _entries(write, verb)]
    restores, leaves = (dict.fromkeys(cell for cell in column if cell) for column in zip(*cells, strict=True))
    return "; or ".join(restores), "; ".join(leaves)


def _entries(write: Write, verb: str) -> Iterator[Entry]:
    """Entries as such a write leaves them: over a record of which all is filled that is ever read."""
    resource, there = write.resource, _read(write.resource)
    if verb in fields(resource.record):
        yield _entry(write, "update", there, {verb: there.get(verb)})
    elif verb == "update":
        yield _entry(write, verb, there, {item.name: _sample(item) for item in _arguments(write)})
    elif verb == "attach" and (file := _file(resource)):
        yield _entry(write, verb, {**there, file.has: False}, {file.has: True})
    elif action := next((each for each in resource.actions if each.verb == verb), None):
        for to in _wanted(write, action):
            for was in action.of or (not to,):
                yield _entry(write, verb, {**there, action.flips: was}, {action.flips: to})
    else:
        made = verb == "create"
        yield _entry(write, verb, {} if made else there, there if made else {})
        if not made and resource.rule(Archives):
            yield replace(_entry(write, verb, there, {}), after=there)


def _wanted(write: Write, action: Action) -> Sequence[object]:
    """What a tool may bring the column to: of what only flips either, unless it is a timer, started or stopped."""
    if action.to is not None:
        return (action.to,)
    return (write.tool.name.startswith("start_"),) if action.by_name else (False, True)


def _arguments(write: Write) -> list[Field]:
    """The columns that an update takes."""
    takes = write.tool.arguments.model_fields
    items = [item for item in write.resource.changeable() if not (item.many and item.each)]
    if write.resource.wire.day:  # its arguments are not all called as its columns are
        return items
    return [item for item in items if item.argument in takes or item.name in takes]


def _entry(write: Write, verb: str, before: Values, sent: Values) -> Entry:
    return Entry(
        id=1, at=0, settled_at=1, principal="", system=write.system.name, account="", tool=write.tool.name, verb=verb,
        noun=write.resource.noun, record=1, before=before, sent=sent, after=None, outcome="applied", undoes=None,
        holder="",
    )  # fmt: skip


def _read(resource: Kind) -> dict[str, object]:
    return {item.name: _sample(item) for item in fields(resource.record).values() if not item.sent_only}


def _sample(item: Field) -> object:
    """Some value of the column, as the journal has it."""
    if item.many:
        return []
    return {"date": "2018-03-05", "datetime": "2018-03-05T12:00:00Z"}.get(
        item.type.__name__, SAMPLE.get(item.type, "1")
    )


def _planned(write: Write, entry: Entry) -> Cells:
    resource = write.resource
    try:
        how = plan(resource, entry)
    except NotUndone as refusal:
        return "is refused", str(refusal)
    if how.does == "delete":
        return "deletes it again, after asking", "; ".join(_left_behind(write))
    if how.does == "create":
        again = ", after asking" if resource.rule(SetsOff) else ""
        return f"makes it again under a new id{again}", "; ".join([*_never_made(resource, how.values), *how.gone])
    if entry.verb == "delete":
        return "restores one that was archived instead", _quoted(how.lost)
    if how.action:
        asking = ", after asking" if how.action.sets_off else ""
        return f"makes it {how.action.word(how.values[how.action.flips])} again{asking}", ", ".join(how.lost)
    asking = ", asking where the change does" if write.tool.hints.destroys else ""
    if (
        entry.verb == "update"
        and len(entry.sent) == 1
        and (item := fields(resource.record)[next(iter(entry.sent))]).many
    ):
        return f"writes the list as it was{asking}", "" if item.table else CHILDREN
    return f"writes back what it changed{asking}", _quoted(how.lost)


def _left_behind(write: Write) -> Iterator[str]:
    """What stays when what was created is deleted."""
    resource = write.resource
    yield from (rule.leaves for rule in resource.rules if rule.leaves)
    if resource.wire.assigns and "create" in verbs(write) and not write.tool.name.endswith(f"create_{resource.noun}"):
        other = str(fields(resource.record)[resource.wire.assigns].ref)
        yield f"the new {other} stays"
    if archives := resource.rule(Archives):
        yield f"one that has {archives.has} is archived instead"


def _never_made(resource: Kind, values: Mapping[str, Value]) -> Iterator[str]:
    """What a create does not carry, and no action sets afterwards."""
    yield "its id"
    flips = {each.flips for each in resource.actions if not each.of}
    either = {name for rule in resource.rules for name in rule.one_figure}
    left = [
        item.name
        for item in fields(resource.record).values()
        if item.name not in {*values, *flips, *either} and not (item.bookkeeping or item.follows or item.sent_only)
    ]
    if left:
        yield _quoted(left)
    if frees := resource.rule(Frees):
        yield frees.words


def _file(resource: Kind) -> Attachment | None:
    return next((rule.attachment for rule in resource.rules if rule.attachment), None)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
