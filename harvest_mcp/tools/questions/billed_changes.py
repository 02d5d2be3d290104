"""A change by which money or rights move: a person is asked first, as before a delete."""

from collections import Counter
from collections.abc import Callable, Mapping

from harvest_mcp.changes import Changes, Snapshot
from harvest_mcp.changes.looking import written
from harvest_mcp.consent.question import CUT, Question, facts
from harvest_mcp.spec import Child, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import plain, quoted, shown
from harvest_mcp.tools.arguments.references import known
from harvest_mcp.tools.questions.ask import Asking, ask, matter_of, place_of
from harvest_mcp.tools.questions.record_state import named, standing_of
from harvest_mcp.tools.questions.stakes import changing, of_change
from harvest_mcp.tools.questions.summary import step
from harvest_mcp.tools.questions.warnings import Case, sentences
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
Place = Scope[Record]
To = Callable[[Record], Mapping[str, Value]]
"""What to write of a record, as it reads."""


def blind(resource: Kind) -> tuple[str, ...]:
    """Columns that a change overwrites unseen: they are sent, and never read back."""
    if "update" not in resource.verbs:
        return ()
    return tuple(item.name for item in resource.changeable() if item.sent_only)


def back(resource: Kind, values: Mapping[str, Value], change: int) -> str | None:
    """What is said of undoing a change that overwrote something unseen; None of any other."""
    if not (gone := [name for name in blind(resource) if name in values]):
        return None
    if len(gone) == len(values):
        return f"Nothing brings back what {' and '.join(gone)} held before."
    return f"undo_change(change_id={change}) takes it back, but not what {' and '.join(gone)} held before."


async def agreed(
    call: Call, changes: Changes, place: Place, id: int, to: To, asking: Asking
) -> tuple[Snapshot[Record], Mapping[str, Value]]:
    """A record as it reads now and what to write of it, once a person agreed where something is at stake.

    Raises:
        NotConfirmed: nobody agreed.
    """
    resource = place.resource
    snapshot = await changes.current(place, id)
    values = to(snapshot.record)
    if not of_change(resource, snapshot.record, values):
        return snapshot, values
    asked, system = list[Snapshot[Record]](), changes.api.system
    matter = matter_of(call, system, resource, id)

    async def build() -> Question:
        asked.append(await changes.current(place, id) if asked else snapshot)
        now, new = asked[-1].record, to(asked[-1].record)
        what, whole = (f"{resource.word} {known(resource, now, most=most)}" for most in CUT)
        case = Case(
            asks="change",
            system=system,
            resource=resource,
            undoes=bool(asking.part_of),
            record=now,
            standing=await standing_of(call, system, resource, now),
            stakes=of_change(resource, now, new),
            facts=[await _becomes(call, system, now, name, new[name]) for name in changing(now, new)],
        )
        return Question(
            text=" ".join([asking.asks("change", whole), *sentences(case)]),
            tick=what,
            matter=matter,
            content=(facts(now), {name: plain(value) for name, value in new.items()}),
            sheet=step(resource, now, "change", sentences(case), place=place_of(call, system)),
        )

    await ask(call, asking, matter, build)
    return asked[-1], to(asked[-1].record)


async def _becomes(call: Call, system: System, record: Record, name: str, after: Value) -> str:
    """What becomes of a column, in a sentence; another record by its name. What is written is shown whole."""
    item, before = fields(type(record))[name], getattr(record, name)
    if item.bytes:
        return f"Its content becomes {len(str(after)) * 3 // 4:,} bytes sent here."
    if item.private:
        return f"{name}: {_said(shown(item, before))} becomes {_said(after)}."
    if item.ref:
        ids = [int(str(id)) if id else 0 for id in (before, after)]
        old, new = [await named(call, system, item.ref, id) if id else f"no {item.ref}" for id in ids]
        return f"{old} becomes {new}."
    return f"{name}: {_turned(before, after)}."


def _turned(before: Value, after: Value) -> str:
    """`5 becomes 7`; of a list, what goes and what comes, as often as it does."""
    if not isinstance(before, tuple) and not isinstance(after, tuple):
        return f"{_said(before)} becomes {_said(after)}"
    old, new = Counter(_children(before)), Counter(_children(after))
    gone, come = (old - new).elements(), (new - old).elements()
    return "; ".join(
        f"{word} {quoted(each, most=None)}" for word, some in (("without", gone), ("with", come)) for each in some
    )


def _said(value: Value) -> str:
    if value in (None, ""):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return quoted(value, most=None) if isinstance(value, str) else str(plain(value))


def _children(value: Value) -> list[str]:
    children = [each for each in value if isinstance(each, Child)] if isinstance(value, tuple) else []
    return [_line(each) for each in children]


def _line(child: Child) -> str:
    """What is written of it, long texts last."""
    known = fields(type(child))
    parts = sorted(written(child).items(), key=lambda part: known[part[0]].lines)
    return ", ".join(f"{name} {value}" for name, value in parts)
