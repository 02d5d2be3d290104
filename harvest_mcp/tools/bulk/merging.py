"""Merge two records of one person column by column; nothing is doubled, and every loss is reported."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from harvest_mcp.changes.looking import plain, written
from harvest_mcp.changes.missed import misses
from harvest_mcp.spec import Field, Part, Record, Resource, Value, fields
from harvest_mcp.text.card import mailbox
from harvest_mcp.text.folding import fold, phones, same_phone
from harvest_mcp.text.render import plain as as_told
from harvest_mcp.text.render import quoted

Kind = Resource[Record]
PHONES = "phone"
"""Words in the names of telephone columns; a fax number is something else."""


@dataclass(slots=True)
class Merged:
    """The new values of the record that stays, what to say of every column, and what is lost.

    `shows` are sentences, one a column.
    """

    values: dict[str, Value] = field(default_factory=dict)
    shows: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def merge(resource: Kind, keep: Record, other: Record, take: Collection[str]) -> Merged:
    """Return the merged record: columns it lacks come from the other, as do those in `take`."""
    merged = Merged()
    for item in resource.changeable():
        mine, others = getattr(keep, item.name), getattr(other, item.name)
        if item.sent_only or plain(others) is None:
            continue
        if item.many:
            _list(merged, item, mine or (), others)
        elif plain(mine) is None or (item.name in take and plain(mine) != plain(others)):
            _takes(merged, item, mine, others)
        elif not _alike(item, mine, others):
            _differs(merged, resource, item, (keep, other))
    for name, item in fields(resource.record).items():
        value, missed = getattr(other, name), misses(resource.record, name) and item.server_set and not item.inner
        if missed and plain(value) is not None and plain(getattr(keep, name)) != plain(value):
            merged.lost.append(f"{name} {_said(value)}")
    return merged


def _takes(merged: Merged, item: Field, mine: Value, others: Value) -> None:
    merged.values[item.name] = others
    was = f", in place of {_said(mine)}" if plain(mine) is not None else ""
    merged.shows.append(f"{item.name} {_said(others)} from the other{was}")
    if was:
        merged.lost.append(f"{item.name} {_said(mine)}")


def _differs(merged: Merged, resource: Kind, item: Field, both: tuple[Record, Record]) -> None:
    """Keep both multi-line texts, put a number in another free column, otherwise keep the staying record's value."""
    mine, others = (getattr(each, item.name) for each in both)
    if item.lines:
        merged.values[item.name] = f"{mine}\n{others}"
        merged.shows.append(f"{item.name}: the other's {_said(others)} below its own")
        return
    if PHONES in item.name and (free := _free(merged, resource, both, str(others))):
        if free != "kept":
            merged.values[free] = others
            merged.shows.append(f"{free} {_said(others)}, the other's {item.name}")
        return
    merged.shows.append(f"{item.name} stays {_said(mine)}, and {_said(others)} goes")
    merged.lost.append(f"{item.name} {_said(others)}")


def _free(merged: Merged, resource: Kind, both: tuple[Record, Record], number: str) -> str:
    """Return a telephone column empty in both; `kept` if the staying record already has the number."""
    columns = [each.name for each in resource.changeable() if PHONES in each.name and not each.many]
    there = [*(getattr(both[0], name) for name in columns), *(merged.values.get(name) for name in columns)]
    if any(_same_number(number, str(each)) for each in there if each):
        return "kept"
    empty = (name for name in columns if not any(getattr(each, name) for each in both) and name not in merged.values)
    return next(empty, "")


def _alike(item: Field, mine: Value, others: Value) -> bool:
    """Return whether two values say the same: one text within the other, one mailbox, one number."""
    if plain(mine) == plain(others):
        return True
    if not isinstance(mine, str) or not isinstance(others, str):
        return False
    if "@" in mine and "@" in others:
        return mailbox(mine) == mailbox(others)
    if item.lines:
        return fold(others.strip()) in fold(mine)
    return fold(mine) == fold(others) or _same_number(mine, others)


def _same_number(one: str, other: str) -> bool:
    mine, others = phones(one), phones(other)
    return bool(mine and others) and same_phone(mine[0], others[0])


def _list(merged: Merged, item: Field, mine: Value, others: Value) -> None:
    """Add the children that only the other has."""
    kept = [each for each in mine if isinstance(each, Part)] if isinstance(mine, tuple) else []
    come = [each for each in others if isinstance(each, Part)] if isinstance(others, tuple) else []
    new = [each for each in come if not any(_same_child(each, there) for there in kept)]
    if new:
        fresh = tuple(each.model_copy(update={"id": None}) for each in new)
        merged.values[item.name] = (*kept, *fresh)
        merged.shows.append(f"{item.name}: with {'; '.join(_child(each) for each in new)}")


def _same_child(one: Part, other: Part) -> bool:
    mine, others = written(one), written(other)
    values = [str(each.get("value", "")) for each in (mine, others)]
    if all(values):
        same = mailbox(values[0]) == mailbox(values[1]) if all("@" in each for each in values) else False
        return same or fold(values[0]) == fold(values[1]) or _same_number(*values)
    return {name: fold(str(value)) for name, value in mine.items()} == {
        name: fold(str(value)) for name, value in others.items()
    }


def _child(child: Part) -> str:
    return " ".join(str(value) for value in written(child).values())


def _said(value: Value) -> str:
    return quoted(value, most=None) if isinstance(value, str) else str(as_told(value))


def same_in_both(resource: Kind, keep: Record, values: Mapping[str, Value]) -> Iterator[str]:
    """Yield the columns that stay the same."""
    for item in resource.changeable():
        value = getattr(keep, item.name)
        if item.name not in values and plain(value) is not None and not item.many:
            yield f"{item.name} {_said(value)}"
