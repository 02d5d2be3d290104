"""Plan the write that undoes a change, and name what it cannot restore."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pydantic_core import to_jsonable_python

from harvest_mcp.changes.entries import Entry, Outcome
from harvest_mcp.changes.looking import differing, typed, written
from harvest_mcp.changes.missed import apart, extras, misses, named
from harvest_mcp.errors import NotUndone
from harvest_mcp.spec import Action, Field, Record, Resource, Value, fields

Kind = Resource[Record]

MOST = 200
"""The most characters of a value to show in a sentence."""


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """The write that undoes a change: delete what was created, and so on.

    `lost` are columns it cannot restore; `gone` names what was deleted along and stays away.
    """

    does: Literal["delete", "update", "act", "create"]
    values: Mapping[str, Value]
    lost: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    action: Action | None = None


def plan(resource: Kind, entry: Entry) -> UndoPlan:
    """Return how to undo this change.

    Raises:
        NotUndone: it was not carried out, was undone before, or cannot be undone.
    """
    if entry.outcome != "applied":
        raise NotUndone(
            f"Change {entry.id} {STANDS.get(entry.outcome, f'is {entry.outcome}, so there is nothing to undo')}.",
            next=AFTER[entry.outcome].format(id=entry.id),
        )
    if _otherwise(resource, entry):
        raise NotUndone(
            f"Change {entry.id} was not stored as it was sent, and what undoes it might not be either.",
            next="Read the record, and put it right yourself.",
        )
    if entry.verb == "create":
        if "delete" not in resource.verbs:
            raise NotUndone(f"The vendor offers no way to delete {resource.one}.", next="Correct it by another entry.")
        return UndoPlan("delete", {})
    _stays(resource, entry)
    if entry.verb == "delete":
        kept = [rule.archived for rule in resource.rules if rule.archived and entry.after]
        return _unarchived(resource, kept[0]) if kept else _again(resource, entry)
    columns = fields(resource.record)
    unseen = tuple(name for name in entry.sent if name in columns and columns[name].sent_only)
    names = _figures(resource, [name for name in entry.sent if name not in unseen])
    if unseen and not names:
        raise NotUndone(
            f"What {' and '.join(unseen)} of {resource.word} {entry.record} held before is not known, since it cannot"
            " be read back.",
            next="Send what it held, if you have it.",
        )
    before = _chosen(resource, typed(resource, {name: (entry.before or {}).get(name) for name in names}))
    if action := next((each for each in resource.actions if each.verb == entry.verb), None):
        return _back(resource, action, entry, before)
    known = {name: value for name, value in before.items() if name in (entry.before or {})}
    if not known:
        raise NotUndone(
            f"{resource.word.capitalize()} {entry.record} did not show {', '.join(before)} before.",
            next="Set it yourself to what it should be.",
        )
    return UndoPlan("update", known, lost=(*(name for name in before if name not in known), *unseen))


def reverse(resource: Kind, action: Action, before: Value) -> Action | None:
    """Return the action that restores the value from before this one."""
    if not action.of:
        return resource.action(action.flips, bool(before))
    ways = (each for each in resource.actions if each.flips == action.flips and each.to == before)
    return next((each for each in ways if action.to in each.of), None)


def _back(resource: Kind, action: Action, entry: Entry, before: Mapping[str, Value]) -> UndoPlan:
    """Undo an action by the one that sets the column back."""
    was = before[action.flips]
    only = action.once and (entry.after or {}).get(action.once) and was
    if only or (way := reverse(resource, action, was)) is None:
        raise NotUndone(f"The vendor offers no way to make it {action.word(was)} again.")
    return UndoPlan("act", before, lost=way.leaves, action=way)


def _stays(resource: Kind, entry: Entry) -> None:
    """Refuse an undo the vendor has no call for, such as removing a file."""
    for rule in resource.rules:
        if final := rule.final(entry.verb, entry.before or {}, resource.word):
            why, instead = final
            raise NotUndone(why, next=instead)


def _figures(resource: Kind, sent: Sequence[str]) -> list[str]:
    """Return the columns that were sent, and the ones that changed with them because both express one figure."""
    figures = (rule.one_figure for rule in resource.rules if any(one in sent for one in rule.one_figure))
    return [*sent, *(name for figure in figures for name in figure if name not in sent)]


def _chosen(resource: Kind, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the columns to send; of two that express one figure, one."""
    for rule in resource.rules:
        values = rule.chosen(values)
    return dict(values)


def _otherwise(resource: Kind, entry: Entry) -> bool:
    """Return whether a child list was read back as another than sent."""
    if entry.after is None:  # never read back: the present value is compared before an undo
        return False
    known = fields(resource.record)
    lists = {name: entry.sent[name] for name in entry.sent if name in known and known[name].many}
    after = typed(resource, {name: (entry.after or {}).get(name) for name in lists})
    record = resource.record.model_validate({"id": 0, **after})
    return entry.verb == "update" and bool(differing(record, typed(resource, lists)))


def _again(resource: Kind, entry: Entry) -> UndoPlan:
    """Create a deleted record again: send what can be written, and name everything else it had."""
    if not resource.restorable:
        lost = " and ".join(item.name for item in resource.writable() if item.required and item.sent_only)
        raise NotUndone(
            f"{resource.one.capitalize()} cannot be created again: its {lost} cannot be read back, and it would be"
            f" {resource.wording.done} again."
        )
    before = entry.before or {}
    creatable = [item.name for item in resource.creatable()]
    values = {name: value for name, value in typed(resource, before).items() if name in creatable and value is not None}
    return UndoPlan("create", _chosen(resource, values), gone=tuple(_gone(resource, entry)))


def _gone(resource: Kind, entry: Entry) -> Iterator[str]:
    """Yield what was deleted along with a record and does not come back."""
    for rule in resource.rules:
        yield from rule.goes(entry.before or {})
    if entry.beside is None:  # written by a version that did not record this
        yield from (f"any {each.several} it had" for each in resource.dependents if each.fate != "blocks")
    yield from entry.beside or ()
    yield from (f"its {item.name}" for item in resource.writable() if item.sent_only and not item.fixed)


def otherwise(resource: Kind, entry: Entry, now: Record) -> tuple[list[str], list[str]]:
    """Return what of a restored record is missing and what is different."""
    gone, changed = list[str](), list[str]()
    before, known = entry.before or {}, fields(resource.record)
    for name, was in typed(resource, {name: before[name] for name in before if name in known}).items():
        new = getattr(now, name)
        if not misses(resource.record, name):
            continue
        if known[name].many:
            found = apart(was, new)
            gone += [f"{name}: {named(found.lost)}"] if found.lost else []
            changed += [f"{name} {replace(found, lost=None).told}"] if found.lacks or found.more else []
        elif differing(now, {name: was}):
            lost = new in (None, "")
            _note(gone if lost else changed, name, told(known[name], was), "" if lost else told(known[name], new))
    for name, value in extras(before, resource.record).items():
        new = (now.model_extra or {}).get(name)
        if new != value:
            _note(changed if new else gone, name, _short(f"'{value}'"), _short(f"'{new}'") if new else "")
    return gone, changed


def _note(told: list[str], name: str, was: str, new: str) -> None:
    told.append(f"{name} {new} (was {was})" if new else f"{name} {was}")


def _unarchived(resource: Kind, column: str) -> UndoPlan:
    """Restore a record that a delete only archived."""
    flip = resource.action(column, False)
    return UndoPlan("act" if flip else "update", {column: False}, action=flip)


def unchanged_since(resource: Kind, entry: Entry, current: Record) -> None:
    """Refuse to undo over a later change by somebody else.

    Raises:
        NotUndone: a column the change wrote is not as the change left it; both values are shown.
    """
    left = entry.after or entry.sent
    writable = {item.name for item in resource.writable()}
    names = [name for name in left if name in writable] if entry.verb == "create" else list(entry.sent)
    wrote = typed(resource, {name: left.get(name) for name in names if name in fields(resource.record)})
    if changed := differing(current, wrote):
        both = "; ".join(
            _turned(fields(resource.record)[name], wrote[name], getattr(current, name)) for name in changed
        )
        raise NotUndone(
            f"{resource.word.capitalize()} {current.id} changed since: {both}.",
            next="If list_changes has a later change of it, undo that first; else decide which is right, and"
            f" {'delete' if entry.verb == 'create' else 'update'} the record yourself.",
        )


def without_lines(resource: Kind, entry: Entry, now: Record) -> dict[str, Value] | None:
    """Return texts without the lines an update added on top, if others edited them since; None if that is unclear."""
    known, before = fields(resource.record), entry.before or {}
    values: dict[str, Value] = {}
    for name, sent in entry.sent.items():
        was, there = str(before.get(name) or ""), str(getattr(now, name, None) or "").replace("\r\n", "\n")
        if name not in known or not known[name].lines or not str(sent).endswith(was):
            return None
        put = str(sent).replace("\r\n", "\n")[: len(str(sent)) - len(was)]
        if not put.strip() or there.count(put) != 1 or there == str(sent):
            return None
        values[name] = there.replace(put, "", 1)
    return values or None


def _turned(item: Field, left: Value, now: Value) -> str:
    """Say how a column differs from what the change left; of two lists, only the children that differ."""
    if isinstance(left, tuple) and isinstance(now, tuple) and left and now and (gap := apart(left, now)):
        return f"{item.name} {gap.told}"
    was = "empty" if left is None else f"as {told(item, left)}"
    return f"{item.name} was left {was} and is now {told(item, now)}"


def told(item: Field, value: Value) -> str:
    """Return a value for a sentence, without Python's escapes; private values are masked."""
    if item.private and value is not None:
        return "…"
    if isinstance(value, tuple):
        return _short(json.dumps([to_jsonable_python(written(child)) for child in value], ensure_ascii=False))
    if isinstance(value, str):
        return _short(f"'{value}'")
    return "empty" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _short(text: str) -> str:
    """Return the beginning of a long text, with its length."""
    return text if len(text) <= MOST else f"{text[:MOST]}… ({len(text):,} characters)"


STANDS: dict[Outcome, str] = {
    "accepted": "does not show in the account yet, so there is nothing to undo",
    "no effect": "had no effect, so there is nothing to undo",
    "intended": "is still under way, or was cut off, so it cannot be undone yet",
    "in doubt": "may have taken effect or not, so it cannot be undone yet",
}
AFTER: dict[Outcome, str] = {
    "accepted": "Call get_change(change_id={id}) in a minute, and then this again.",
    "no effect": "The vendor accepted it, and it never showed.",
    "intended": "Call get_change(change_id={id}), which looks what became of it, and then this again.",
    "in doubt": "Call get_change(change_id={id}), which looks what became of it, and then this again.",
    "refused": "It never took effect.",
    "undone": "It was taken back before.",
}
