"""A change of what somebody owes by a record already: a person is asked first, as before a delete."""

from collections import Counter
from collections.abc import Callable, Mapping

from harvest_mcp.changes import Changes
from harvest_mcp.changes.looking import differing, written
from harvest_mcp.spec import Child, Owed, Record, Resource, System, Value, fields
from harvest_mcp.tools.arguments import Argument
from harvest_mcp.tools.asking import Asking, ask, matter_of, place_of
from harvest_mcp.tools.kinds import WORD
from harvest_mcp.tools.owning import named, standing_of
from harvest_mcp.tools.question import Question
from harvest_mcp.tools.references import known
from harvest_mcp.tools.render import plain, quoted
from harvest_mcp.tools.sentences import Case, sentences
from harvest_mcp.tools.sheet import step
from harvest_mcp.tools.tool import Call

MOST = 160
"""Characters of a line of an invoice in a question."""
Kind = Resource[Record]
To = Callable[[Record], Mapping[str, Value]]
"""What to write of a record, as it reads."""


def confirming(resource: Kind) -> list[Argument]:
    """The argument that brings a consent along, where a change may need one."""
    return [Argument("confirm", WORD, "code, once a person agreed")] if may_ask(resource) else []


def may_ask(resource: Kind) -> bool:
    """Whether a change may need a person: somebody owes by it, or it overwrites what cannot be read back."""
    return bool(resource.owed or blind(resource))


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


def asks(resource: Kind) -> str:
    """What its tools say of it, with a blank before; empty where it never asks."""
    if overwritten := blind(resource):
        return f" Asks a person before it overwrites {' or '.join(overwritten)}."
    return f" Asks a person before it {resource.owed.sets_off}." if resource.owed else ""


async def agreed(
    call: Call, changes: Changes, resource: Kind, id: int, to: To, asking: Asking
) -> tuple[Record, Mapping[str, Value]]:
    """A record as it reads now and what to write of it, once a person agreed if it needs one (`may_ask`).

    Raises:
        NotConfirmed: nobody agreed.
    """
    record = await changes.current(resource, id)
    values = to(record)
    unseen = tuple(name for name in blind(resource) if name in values)
    if not unseen and ((owed := resource.owed) is None or not _owing(owed, record, values)):
        return record, values
    asked, system = list[Record](), changes.api.system
    matter = matter_of(call, system, resource, id)

    async def build() -> Question:
        asked.append(await changes.current(resource, id) if asked else record)
        now, new = asked[-1], to(asked[-1])
        what = f"{resource.word} {known(resource, now)}"
        case = Case(
            asks="change",
            system=system,
            resource=resource,
            undoes=bool(asking.part_of),
            unseen=unseen,
            record=now,
            standing=await standing_of(call, system, resource, now),
            facts=[await _becomes(call, system, now, name, new[name]) for name in differing(now, new)],
        )
        return Question(
            text=" ".join([asking.asks("change", what), *sentences(case)]),
            tick=what,
            matter=matter,
            content=(plain(now), {name: plain(value) for name, value in new.items()}),
            sheet=step(resource, now, "change", sentences(case), place=place_of(call, system)),
        )

    await ask(call, asking, matter, build)
    return asked[-1], to(asked[-1])


def _owing(owed: Owed, record: Record, values: Mapping[str, Value]) -> bool:
    """Whether it is past where it may be changed freely, and a figure of it would become another."""
    if getattr(record, owed.column) in owed.free:
        return False
    return bool(differing(record, {name: value for name, value in values.items() if name in owed.figures}))


async def _becomes(call: Call, system: System, record: Record, name: str, after: Value) -> str:
    """What becomes of a column, in a sentence; another record by its name."""
    item, before = fields(type(record))[name], getattr(record, name)
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
        f"{word} {quoted(each, most=MOST)}" for word, some in (("without", gone), ("with", come)) for each in some
    )


def _said(value: Value) -> str:
    return "nothing" if value in (None, "") else quoted(value) if isinstance(value, str) else str(plain(value))


def _children(value: Value) -> list[str]:
    children = [each for each in value if isinstance(each, Child)] if isinstance(value, tuple) else []
    return [_line(each) for each in children]


def _line(child: Child) -> str:
    """What is written of it, long texts last, since the end may be cut."""
    known = fields(type(child))
    parts = sorted(written(child).items(), key=lambda part: known[part[0]].lines)
    return ", ".join(f"{name} {value}" for name, value in parts)
