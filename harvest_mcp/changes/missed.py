"""What of a record people would miss: every element that was read, except derived ones."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_jsonable_python

from harvest_mcp.changes.looking import plain, written
from harvest_mcp.spec import Part, Value, fields

MOST = 5
"""The most children of a list to name."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The difference between two lists: children missing, children added, and elements that others lost."""

    lacks: Sequence[Part] = ()
    more: Sequence[Part] = ()
    lost: Mapping[str, object] | None = None

    def __bool__(self) -> bool:
        return bool(self.lacks or self.more or self.lost)

    @property
    def told(self) -> str:
        """The difference in words: `lacks {…}; also holds {…}; lost additional_info 'Bat. C'`."""
        said = [f"lacks {_some(self.lacks)}"] if self.lacks else []
        said += [f"also holds {_some(self.more)}"] if self.more else []
        said += [f"lost {named(self.lost)}"] if self.lost else []
        return "; ".join(said)


def misses(kind: type[Part], name: str) -> bool:
    """Return whether this element matters to people; of one without a column nobody knows."""
    item = fields(kind).get(name)
    if item is None:
        return True
    if item.sent_only or item.follows:
        return False
    return re.fullmatch(kind.follow, name) is None if kind.follow else not item.bookkeeping


def content(part: Part) -> dict[str, object]:
    """Return the filled elements of a part that matter to people; lists as their children."""
    told = {name: getattr(part, name) for name in fields(type(part))} | (part.model_extra or {})
    return {
        name: value
        for name, each in told.items()
        if misses(type(part), name) and (value := each if isinstance(each, tuple) else plain(each)) not in (None, ())
    }


def unsent(part: Part) -> dict[str, object]:
    """Return the part of this that no write sends, so a server may drop it."""
    sent = written(part)
    return {name: value for name, value in content(part).items() if name not in sent}


def apart(wanted: Value, there: Value) -> Apart:
    """Return how the stored list differs from the wanted one, comparing children by their writable columns."""
    left = [child for child in there if isinstance(child, Part)] if isinstance(there, tuple) else []
    lacks, lost = list[Part](), dict[str, object]()
    for child in wanted if isinstance(wanted, tuple) else ():
        like = [other for other in left if plain((other,)) == plain((child,))]
        if not like:
            lacks.append(child)
            continue
        before = unsent(child) if child.follow else {}  # a table is sent whole, and its sums follow
        kept = max(like, key=lambda other: sum(content(other).get(name) == value for name, value in before.items()))
        left = [other for other in left if other is not kept]
        lost |= {name: value for name, value in before.items() if name not in content(kept)}
    return Apart(lacks, left, lost)


def named(values: Mapping[str, object]) -> str:
    """Return `accounting_ref '411A', keywords 'bois'`."""
    return ", ".join(f"{name} {_said(value)}" for name, value in values.items())


def _said(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else _line(value)


def _line(value: object) -> str:
    return json.dumps(to_jsonable_python(value), ensure_ascii=False)


def _some(children: Sequence[Part]) -> str:
    told = ", ".join(_line(written(child)) for child in children[:MOST])
    return told if len(children) <= MOST else f"{told} and {len(children) - MOST} more"


def lists(sent: Mapping[str, Value], record: Part) -> Iterator[tuple[str, Apart]]:
    """Yield how each child list differs that is stored otherwise than sent."""
    for name, value in sent.items():
        if isinstance(value, tuple) and (found := apart(value, getattr(record, name))):
            yield name, found


def extras(before: Mapping[str, Any], kind: type[Part]) -> dict[str, Any]:
    """Return elements of an image that have no column; the journal's own notes are in brackets."""
    return {name: value for name, value in before.items() if name not in fields(kind) and name[0] != "(" and value}
