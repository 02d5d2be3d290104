"""The text of an answer after a write."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from harvest_mcp.changes import Change, Unseen
from harvest_mcp.changes.looking import written
from harvest_mcp.names import Names
from harvest_mcp.spec import Field, Record, Resource, Scope, System, Value, fields
from harvest_mcp.text import truncation
from harvest_mcp.text.apart import restoring
from harvest_mcp.text.render import as_json, count, plain, quoted, shown
from harvest_mcp.text.unread import unread
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.questions.record_state import Standing

Kind = Resource[Record]
DOUBTS = 20
"""The most inconsistencies to show."""


def write_answer(
    done: str,
    system: System,
    resource: Kind,
    change: Change[Record],
    *more: str,
    undo: str | None = None,
    before: Record | None = None,
) -> str:
    """Return the answer to a write: what happened, how to `undo` it, `more` sentences, and the record as stored.

    Of an updated record, with `before`, only the changed columns are shown.
    """
    if undo is None:
        back = f"undo_change(change_id={change.entry}) takes it back."
        kept = "delete" in resource.verbs or before is not None
        undo = back if kept else resource.wording.caution or no_undo(system)
    place = resource.under(dict(change.record or ()))
    if change.record is None:
        return join_sentences(
            not_visible_yet(resource, change),
            *duplicate_notes(system, place, change.doubles),
            *_twice(change),
            unnoted(change),
            undo,
            *more,
        )
    named = f"{done} {resource.word} {name_and_id(resource, change.record)}."
    touched = fields(resource.record) if before is None else changed(before, change.record)
    odd, doubles = surprises(resource, change.record, touched), duplicate_notes(system, place, change.doubles)
    line = join_sentences(named, *doubles, *_notes(system, change), unnoted(change), undo, *odd, *more)
    stored = record_json(change.record)
    if before is not None:
        otherwise = {name: getattr(change.record, name) for name in change.differs}
        stored = as_json({**otherwise, **changed(before, change.record)})
    return f"{line}\n{doubt_lines(change.record)}{stored}"


def surprises(resource: Kind, record: Record, touched: Collection[str]) -> Iterator[str]:
    """Yield what its rules find surprising in a record as stored, given the columns written."""
    return (says for rule in resource.rules for says in rule.surprises(record, touched))


def no_undo(system: System) -> str:
    """Return the sentence for a write that cannot be undone."""
    return f"{system.title} offers no call that takes it back."


def uncertain_undo(system: System, change: Change[Record]) -> str:
    """Return the sentence for an undo that may not work in this system."""
    return f"undo_change(change_id={change.entry}) would remove it again, which may not be possible in {system.title}."


def sure_of(resource: Kind, item: Field) -> bool:
    """Return whether the vendor documents what happens to children left out of a list."""
    return bool(item.table) or resource.wire.merges


def may_stay(system: System, resource: Kind, before: Mapping[str, object], values: Mapping[str, object]) -> str:
    """Return a warning that names the children this change leaves out but the vendor may keep; empty if none."""
    left = list[str]()
    for name, kept in values.items():
        item, there = fields(resource.record).get(name), before.get(name)
        if item and item.each and isinstance(there, tuple) and not sure_of(resource, item):
            stay = [written(each) for each in kept] if isinstance(kept, tuple) else []
            left += [" ".join(map(str, each.values())) for each in map(written, there) if each not in stay]
    still, them = ("it still shows", "it") if len(left) == 1 else ("they still show", "them")
    keeps = f"{system.title} may keep {' and '.join(left)}: if {still} then, take {them} off in {system.title} itself."
    return keeps if left else ""


def insist_note(change: Change[Record]) -> str:
    """Return how to create a second one when an equal create was found; empty otherwise."""
    return "allow_duplicate=true does it once more." if change.before else ""


def join_sentences(*sentences: str) -> str:
    """Join sentences, skipping empty ones."""
    return " ".join(each for each in sentences if each)


def _notes(system: System, change: Change[Record]) -> Iterator[str]:
    """Yield sentences on anything unusual about the write."""
    if change.settled:
        yield f"{system.title}'s answer was lost, but the change is there."
    yield from _twice(change)
    if change.differs:
        yield f"Stored otherwise than sent: {', '.join(change.differs)}."


def duplicate_notes(system: System, place: Scope[Record], ids: Sequence[int]) -> Iterator[str]:
    """Yield sentences on duplicates, made because the vendor carried out a create that it had refused as too busy."""
    resource = place.resource
    for id in ids:
        yield f"{system.title} also made {resource.word} {id}, a duplicate, although it answered that it was too busy."
        if "delete" in resource.verbs:
            yield f"{system.tool('delete', resource)}({place.naming(id)}) deletes it."


def _twice(change: Change[Record]) -> Iterator[str]:
    if change.before:
        yield f"An identical create ran {_ago(change.ago)}; that was change {change.entry}, and nothing was sent now."


UNSEEN: dict[Unseen, str] = {
    "late": "Accepted, not visible yet: {what}.",
    "failed": "Accepted, but {what} could not be read back.",
}


def not_visible_yet(resource: Kind, change: Change[Record]) -> str:
    """Return the sentence for a write that was accepted and is not visible yet."""
    stands = UNSEEN[change.unseen or "failed"].format(what=f"{resource.word} {change.id}")
    return f"{stands} get_change(change_id={change.entry}) tells in a minute whether it took effect."


def unchanged_answer(resource: Kind, record: Record, *more: str) -> str:
    """Return the answer to an update whose values the record already has."""
    line = (
        f"{resource.word.capitalize()} {name_and_id(resource, record)} already has these values. Nothing was changed."
    )
    return f"{join_sentences(line, *more)}\n{doubt_lines(record)}{record_json(record)}"


def record_json(record: Record, *, inner: bool = False) -> str:
    """Return a record without empty and repeated columns; with the vendor's own keys if `inner`."""
    empty, said = set[str](), set[object]()
    for name, item in fields(type(record)).items():
        value = getattr(record, name)
        own = item.inner and item.server_set
        if value in (None, "") or (own and (not inner or (item.follows and value in said))):
            empty.add(name)
        elif not isinstance(value, tuple):
            said.add(value)
    return as_json(record, leaving_out=empty)


def changed(before: Record, now: Record) -> dict[str, object]:
    """Return the id and the changed columns; of a table, only the new rows."""
    told: dict[str, object] = {"id": now.id}
    for name, item in fields(type(now)).items():
        old, new = getattr(before, name), getattr(now, name)
        if name not in now.model_fields_set or old == new or item.bookkeeping:
            continue
        if isinstance(new, tuple) and item.table:
            there = set(old or ())
            new = tuple(islice((row for row in new if row not in there), truncation.MOST))
        told[name] = shown(item, new)
    own, was = now.model_extra or {}, before.model_extra or {}
    return {**told, **{name: value for name, value in own.items() if was.get(name) != value}}


def status_change(resource: Kind, before: Record, now: Record | None) -> str:
    """Return `It has state open -> paid, …`; empty if no status column changed."""
    names = [name for rule in resource.rules for name in rule.stands if now is not None]
    stands = all(getattr(now, name) == getattr(before, name) for name in names)
    return "" if stands or now is None else Standing(resource, now).says("It", before=before)


def remarks(
    system: System, resource: Kind, values: Mapping[str, Value], record: Record | None, names: Names | None = None
) -> Iterator[str]:
    """Yield what the rules say of a record as it was stored, and what of that it refers to is archived, by `names`."""
    if record is None:
        return
    call = f"{system.tool('update', resource)}({resource.under(dict(record)).naming(record.id)}, {{}})"
    yield from (says for rule in resource.rules for says in rule.remarks(values, record, call))
    if names is not None:
        yield from _archived(system, resource, values, names)


def _archived(system: System, resource: Kind, values: Mapping[str, Value], names: Names) -> Iterator[str]:
    """Yield `Its client "Penrose Dairy" (11095) is archived.` for each value that refers to such a record."""
    for name, item in fields(resource.record).items():
        id = values.get(name)
        row = names.record(item.ref, id) if item.ref and isinstance(id, int) else None
        if row is not None and restoring(other := system.resource(str(item.ref)), row):
            yield f"Its {other.word} {name_and_id(other, row)} is archived."


def left_alone(resource: Kind, values: Mapping[str, Value]) -> Iterator[str]:
    """Yield what its rules say that an update with these values leaves as it is elsewhere."""
    return (says for rule in resource.rules for says in rule.leaves_alone(values))


def remarks_on_plan(
    system: System, resource: Kind, planned: Iterable[tuple[Record, Mapping[str, Value]]], names: Names, most: int = 3
) -> str:
    """Return what the rules say of records as they would be, the first few by name, and how many more."""
    told = [
        f" Of {name_and_id(resource, record)}: {says}"
        for record, values in planned
        for says in remarks(system, resource, values, record, names)
    ]
    more = f" And of {len(told) - most} more." if len(told) > most else ""
    return f"{''.join(told[:most])}{more}"


def changed_along(resource: Kind, before: Record, now: Record | None, values: Mapping[str, Value]) -> str:
    """Return `With it: due_at 2026-01-31 -> 2026-02-28.`: columns that changed without being sent."""
    if now is None:
        return ""
    known_by = [name for rule in resource.rules for name in rule.stands]
    names = [name for name in changed(before, now) if name not in ("id", *values, *known_by)]
    plain_ones = [name for name in names if not fields(type(now))[name].many]
    turned = (f"{name} {_was(getattr(before, name))} -> {_was(getattr(now, name))}" for name in plain_ones)
    return f"With it: {', '.join(turned)}." if plain_ones else ""


def _was(value: object) -> str:
    if value in (None, ""):
        return "nothing"
    return quoted(value) if isinstance(value, str) else str(plain(value))


def unnoted(change: Change[Record]) -> str:
    """Return a sentence if the journal could not note the outcome; empty if it did."""
    return f"{change.unnoted} This outcome is noted with the next write." if change.unnoted else ""


def doubt_lines(record: Record) -> str:
    """Return lines on what is inconsistent or unreadable in a record; empty if nothing is."""
    doubts, lost = record.doubts(), list(unread(record))
    said = f"# Does not add up: {_some(doubts)}.\n" if doubts else ""
    return f"{said}# {_some(lost)}.\n" if lost else said


def _some(told: Sequence[str]) -> str:
    more = f"; and {len(told) - DOUBTS:,} more" if len(told) > DOUBTS else ""
    return f"{'; '.join(told[:DOUBTS])}{more}"


def _ago(seconds: float) -> str:
    return "a moment ago" if seconds < 60 else f"{count(round(seconds / 60), 'minute')} ago"
