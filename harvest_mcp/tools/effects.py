"""Of every tool that writes: whether it asks a person, what an undo restores, and what that leaves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.changes.undo import reverse
from harvest_mcp.spec import Action, Field, Record, Resource, Stakes, System, Verb, fields
from harvest_mcp.tools.acting import named
from harvest_mcp.tools.stakes import asks_to_create, creates

Kind = Resource[Record]
NEVER, ALWAYS = "never", "always"
NOTHING = "nothing"
UNDO = "undo_change"


@dataclass(frozen=True, slots=True)
class Effect:
    """One tool that writes: when it `asks` a person, what an undo of it `restores`, and what that `leaves`."""

    tool: str
    asks: str
    restores: str
    leaves: str = ""


def effects(systems: Sequence[System]) -> tuple[Effect, ...]:
    """Every tool that writes, in the order of the tools."""
    found = [each for system in systems for resource in system.resources for each in _of(system, resource)]
    sent = "where that deletes, mails, or moves money or rights"
    return (*found, Effect(UNDO, sent, "what it took back, as any other change"))


def _of(system: System, resource: Kind) -> Iterator[Effect]:
    if resource.daily:
        yield from _timed(system, resource)
    yield from (VERBS[verb](system, resource) for verb in VERBS if verb in resource.verbs)
    yield from (_acted(system, resource, action) for action in resource.actions if not action.by_name)
    if "create" in resource.verbs:
        yield from _made_along(system, resource)
    if "update" in resource.verbs:
        lists = (item for item in resource.writable() if item.many and item.each and not item.each.fixed)
        yield from (each for item in lists for each in _listed(system, resource, item))
    if file := resource.attachment:
        left = f"the {file.noun} as it is then"
        yield Effect(f"attach_{file.noun}", f"where it replaces a {file.noun}", NOTHING, left)
    if "delete" in resource.verbs:
        yield _deleted(system, resource)


def _made_along(system: System, resource: Kind) -> Iterator[Effect]:
    """A create that makes another record along with its assignment."""
    if (along := resource.assigns) and along.along and (at := resource.owned_by):
        made = system.resource(str(fields(resource.record)[along.column].ref))
        name = system.tool("create", made, of=f"in_{at.ref}")
        yield Effect(name, NEVER, "deletes its assignment, after asking", f"the new {made.word}")


def _timed(system: System, resource: Kind) -> Iterator[Effect]:
    """Time is logged, and timers are turned, by tools of their own."""
    back = "deletes the entry again, after asking"
    left = next((each.leaves for each in resource.actions if each.leaves), ())
    yield Effect("log_time", NEVER, back)
    yield Effect("start_timer", NEVER, f"{back}, or stops it", *_joined(left))
    yield Effect("stop_timer", NEVER, "starts it again", *_joined(left))
    yield Effect(system.tool("update", resource), NEVER, "the values there were")


def _created(system: System, resource: Kind) -> Effect:
    asks = ALWAYS if resource.sets_off else _where(creates(resource))
    back = "deletes it again, after asking" if "delete" in resource.verbs else NOTHING
    return Effect(system.tool("create", resource), asks, back, resource.stays)


def _updated(system: System, resource: Kind) -> Effect:
    lost = [each.lost for each in resource.stakes if each.lost]
    return Effect(system.tool("update", resource), _where(resource.stakes), "the values there were", *_joined(lost))


VERBS: Mapping[Verb, Callable[[System, Kind], Effect]] = {"create": _created, "update": _updated}


def _acted(system: System, resource: Kind, action: Action) -> Effect:
    asks = ALWAYS if action.sets_off else NEVER
    backs = [reverse(resource, action, was) for was in action.of] or [reverse(resource, action, action.to is False)]
    notes = ["the note kept with it"] if action.carries else []
    if not all(backs):
        return Effect(named(system, resource, action), asks, NOTHING, *_joined(notes))
    again = "; asks" if any(back and back.sets_off for back in backs) else ""
    return Effect(
        named(system, resource, action), asks, f"the state there was{again}", *_joined([*action.leaves, *notes])
    )


def _listed(system: System, resource: Kind, item: Field) -> Iterator[Effect]:
    noun = item.each.noun if item.each else item.name
    asks = _where([each for each in resource.stakes if item.name in each.columns])
    unsure = "" if item.table else "what the vendor makes of a list that is sent is not documented"
    for verb in ("add", "update", "remove"):
        yield Effect(system.tool(verb, resource, noun), asks, "the list there was", unsure)


def _deleted(system: System, resource: Kind) -> Effect:
    name = system.tool("delete", resource)
    if not resource.restorable:
        return Effect(name, ALWAYS, NOTHING)
    goes = [f"its {each.words}s" for each in resource.dependents if each.fate == "goes"]
    goes += [f"the ties to its {each.words}s" for each in resource.dependents if each.fate == "unknown"]
    goes += [f"its {resource.attachment.noun}"] if resource.attachment else []
    goes += [f"its {item.name}" for item in resource.writable() if item.sent_only and not item.fixed]
    goes += [item.name for item in fields(resource.record).values() if _told(resource, item)]
    archived = "; restores it where it was only archived" if resource.archives else ""
    asks = ", after asking" if asks_to_create(resource) else ""
    return Effect(name, ALWAYS, f"makes it again under a new id{asks}{archived}", *_joined(goes))


def _told(resource: Kind, item: Field) -> bool:
    """Whether the vendor alone fills it in, and a person would miss it."""
    flipped = {action.flips for action in resource.actions if not action.of}
    return item.server_set and not item.bookkeeping and item.name not in flipped


def _where(stakes: Sequence[Stakes]) -> str:
    return f"where it {' or '.join(each.sets_off for each in stakes)}" if stakes else NEVER


def _joined(parts: Sequence[str]) -> tuple[str, ...]:
    return (", ".join(parts),) if parts else ()
