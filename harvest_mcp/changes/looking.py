"""Find out whether a write was carried out by reading the account: the only way once its response is lost."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from harvest_mcp.api import Api, Scan
from harvest_mcp.changes.entries import Entry
from harvest_mcp.errors import CallFailed, NotFound
from harvest_mcp.spec import Attachment, Era, Part, Record, Resource, Scope, Value, fields

Place = Scope[Record]
ERAS = get_args(Era)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a read shows of a write: `applied`, with the record (None if deleted), or `absent`.

    `unclear` if it may be somebody else's write, `hidden` if the read failed.
    """

    shows: Literal["applied", "absent", "unclear", "hidden"]
    record: Record | None = None
    id: int | None = None
    settles: bool = True
    """Whether reading again may tell more; not if the newest records are never listed."""


async def look(api: Api, place: Place, entry: Entry) -> Sight:
    """Read the account and return whether it shows what the entry meant to do."""
    try:
        if entry.verb == "create":
            return await _named(api, place, entry) if entry.record else await _created(api, place, entry)
        assert entry.record is not None  # noqa: S101 - only a create begins without
        return await _changed(api, place, entry, entry.record)
    except CallFailed:
        return Sight("hidden")


async def _named(api: Api, place: Place, entry: Entry) -> Sight:
    """Look for the record a create's response named; if that is missing or somebody else's, for a new one."""
    resource = place.resource
    assert entry.record is not None  # noqa: S101 - its caller looked
    try:
        row = await api.get(place, entry.record)
    except NotFound:
        return await _created(api, place, entry)
    if not foreign(row, typed(resource, entry.sent)):
        return Sight("applied", row, row.id)
    sight = await _created(api, place, entry)  # another's record, or changed since
    return sight if sight.shows == "applied" else Sight("unclear")


async def made_twice(api: Api, place: Place, entry: Entry, id: int) -> tuple[int, ...]:
    """Return the ids of duplicates made by a create that was sent again; empty if none is visible."""
    if entry.verb != "create":
        return ()
    try:
        return tuple(row.id for row in (await _new(api, place, entry))[0] if row.id != id)
    except CallFailed:
        return ()


async def _created(api: Api, place: Place, entry: Entry) -> Sight:
    """Look for exactly one record newer than all known before, with every column that was sent."""
    resource = place.resource
    new, found = await _new(api, place, entry)
    if not resource.wire.complete and not found.rows:
        return Sight("hidden")  # an empty week proves nothing
    if not found.newest or not (entry.before or {}).get("whole", True):
        return Sight("unclear", settles=False)
    return Sight("applied", new[0], new[0].id) if len(new) == 1 else Sight("unclear" if new else "absent")


async def _new(api: Api, place: Place, entry: Entry) -> tuple[list[Record], Scan[Record]]:
    """Return the records newer than all known before with every column that was sent, and the list they are on."""
    resource = place.resource
    sent = typed(resource, entry.sent)
    above = (entry.before or {}).get("above", 0)
    found = await api.scan(place, where=resource.around(sent), last=True)
    lists = {name for name, value in sent.items() if isinstance(value, tuple)}
    others = {name: value for name, value in sent.items() if name not in lists}
    new = [row for row in found.rows if row.id > above and not differing(row, comparable(row, others))]
    if lists:  # a list's rows may come without their own lists (incwo 5)
        new = [row for row in [await api.get(place, row.id) for row in new] if not differing(row, sent)]
    return new, found


async def _changed(api: Api, place: Place, entry: Entry, id: int) -> Sight:
    resource = place.resource
    accepted = entry.outcome == "accepted"
    try:
        row = await api.get(place, id)
    except NotFound:
        return Sight("applied", None, id) if entry.verb == "delete" else Sight("absent")
    for file in (rule.attachment for rule in resource.rules if entry.verb == "attach"):
        if file is not None:
            return await _attached(api, place, file, entry, row)
    if entry.verb == "delete":
        columns = [rule.archived for rule in resource.rules if rule.archived]
        kept = any(getattr(row, name) for name in columns)
        anew = any(not (entry.before or {}).get(name) for name in columns)
        return Sight("applied" if kept and (anew or accepted) else "absent", row, id)
    shows = showing(resource, entry, row)
    if shows == "all" and not accepted and _unseen(resource, entry):
        return Sight("unclear", row, id)
    if shows == "partly":  # by this write if it was accepted; otherwise perhaps by somebody else's
        return Sight("applied" if accepted else "unclear", row, id)
    return Sight(SIGHTS[shows], row, id)


Shows = Literal["all", "more", "partly", "none", "otherwise"]
SIGHTS: Mapping[Shows, Literal["applied", "absent", "unclear"]] = {
    "all": "applied",
    "more": "applied",  # the caller tells both lists
    "none": "absent",
    "otherwise": "unclear",
}


def showing(resource: Resource[Record], entry: Entry, row: Record) -> Shows:
    """Return how much of a write a record shows.

    `all`; `more`: its child lists hold others besides; `partly`: some columns only; `none`: every column is as before;
    `otherwise`: no column is as sent, and some are neither.
    """
    sent = comparable(row, typed(resource, entry.sent))
    if not (left := differing(row, sent)):
        return "all"
    before = _before(resource, entry, sent)
    moved = [name for name in before if plain(before[name]) != plain(sent[name])]
    if any(name not in left for name in moved):
        return "partly"
    if not differing(row, {name: before[name] for name in left if name in before}):
        return "none"  # a list as it was holds what was to be left of it, too
    return "more" if all(_holds(getattr(row, name), sent[name]) for name in left) else "otherwise"


def _unseen(resource: Resource[Record], entry: Entry) -> bool:
    """Return whether nothing that the write sent can be read back."""
    known = fields(resource.record)
    return bool(entry.sent) and all(name in known and known[name].sent_only for name in entry.sent)


def was(resource: Resource[Record], entry: Entry, last: Entry, row: Record) -> bool:
    """Return whether a record reads as before a write, except for columns that the last one after it changed."""
    return not differing(row, _before(resource, entry, comparable(row, typed(resource, last.sent))))


def _before(resource: Resource[Record], entry: Entry, sent: Mapping[str, Value]) -> dict[str, Value]:
    """Return the columns that were sent with their earlier values, if known."""
    return typed(resource, {name: value for name, value in (entry.before or {}).items() if name in sent})


def foreign(row: Record, sent: Mapping[str, Value]) -> bool:
    """Return whether a record cannot be the one created: none of its own columns is as sent.

    References and columns with few possible values do not count, unless nothing else was sent.
    """
    told, known = comparable(row, sent), fields(type(row))
    few = {name for name in told if known[name].ref or known[name].codes or known[name].choices}
    own = {name: value for name, value in told.items() if name not in few and value is not None}
    return bool(own or told) and len(differing(row, own or told)) == len(own or told)


async def _attached(api: Api, place: Place, attachment: Attachment, entry: Entry, row: Record) -> Sight:
    """Compare the attached file's bytes with those sent; if there was no file before, any is the one sent."""
    if not getattr(row, attachment.has):
        return Sight("absent", row, row.id)
    if not (entry.before or {}).get(attachment.has):
        return Sight("applied", row, row.id)
    there = await api.fetch(place, attachment, row.id)
    same = there.digest == entry.sent.get(attachment.noun, {}).get("sha256")
    return Sight("applied" if same else "unclear", row, row.id)


def typed(resource: Resource[Record], values: Mapping[str, Any]) -> dict[str, Value]:
    """Return journal columns as typed values of the record."""
    record = resource.record.model_validate({"id": 0, **values})
    return {name: getattr(record, name) for name in values if name in resource.record.model_fields}


def differing(record: Record, values: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the columns stored otherwise; line ends and outer blanks are ignored, and empty equals null.

    Children are compared by their writable columns: ids may be new, and the order another.
    """
    known = fields(type(record))
    return tuple(
        name
        for name, value in values.items()
        if not known[name].sent_only and plain(getattr(record, name)) != plain(value)
    )


def holds(record: Record, values: Mapping[str, Value]) -> bool:
    """Return whether a record has all of these values; columns it does not tell count as different."""
    known = fields(type(record))
    shown = all(name in record.model_fields_set and not known[name].sent_only for name in values)
    texts = [(getattr(record, name), value) for name, value in values.items() if isinstance(value, str)]
    return shown and not differing(record, values) and all((there or "") == text for there, text in texts)


def comparable(record: Record, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the values of columns that this record tells: old accounts lack newer ones (harvest-v1 0.2)."""
    later = {item.name for item in fields(type(record)).values() if len(item.eras) < len(ERAS)}
    return {name: value for name, value in values.items() if name in record.model_fields_set or name not in later}


def _holds(stored: Value, sent: Value) -> bool:
    """Return whether a list contains every child that was sent."""
    if not isinstance(stored, tuple) or not isinstance(sent, tuple):
        return False
    more = Counter(repr(written(child)) for child in stored)
    more.subtract(repr(written(child)) for child in sent)
    return min(more.values(), default=0) >= 0


def renewed(resource: Resource[Record], values: Mapping[str, Value], current: Record | None) -> dict[str, Value]:
    """Return the values, with children whose id the current record lacks turned into new ones."""
    return {name: _without_strangers(name, value, current) for name, value in values.items()}


def _without_strangers(name: str, value: Value, current: Record | None) -> Value:
    if not isinstance(value, tuple):
        return value
    there = {getattr(child, "id", None) for child in getattr(current, name, None) or ()}
    return tuple(
        child if getattr(child, "id", None) in there else child.model_copy(update={"id": None}) for child in value
    )


def emptying(values: Mapping[str, Value], current: Record) -> dict[str, Value]:
    """Return the values to send: a column that a child loses is sent empty, as leaving it out changes nothing."""
    return {name: _emptied(value, getattr(current, name, None)) for name, value in values.items()}


def changed(values: Mapping[str, Value], current: Record) -> dict[str, Value]:
    """Return the values with only the changed children of each list; a removed child is its id alone."""
    return {name: _merged(value, getattr(current, name, None)) for name, value in values.items()}


def _merged(value: Value, before: object) -> Value:
    if not isinstance(value, tuple) or not isinstance(before, tuple):
        return value
    there = {child.id: child for child in before if child.id is not None}
    stay = [child for child in value if there.get(getattr(child, "id", None)) != child]
    kept = {getattr(child, "id", None) for child in value}
    gone = [type(child).model_construct(_fields_set={"id"}, id=id) for id, child in there.items() if id not in kept]
    return (*stay, *gone)


def _emptied(value: Value, before: object) -> Value:
    if not isinstance(value, tuple) or not isinstance(before, tuple):
        return value
    there = {child.id: written(child) for child in before if child.id is not None}
    return tuple(child.model_copy(update=_lost(child, there.get(getattr(child, "id", None), {}))) for child in value)


def _lost(child: Part, before: Mapping[str, object]) -> dict[str, object]:
    """Return empty values for the columns that a child had and no longer has."""
    known = fields(type(child))
    return {name: 0 if known[name].ref else "" for name in before if getattr(child, name) is None}


def plain(value: Value) -> object:
    """Return a value for comparison: without line ends, outer blanks, ids and child order; empty is null."""
    if isinstance(value, tuple):
        return sorted(repr({name: _by_value(one) for name, one in written(child).items()}) for child in value) or None
    return (value.replace("\r\n", "\n").replace("\r", "\n").strip() or None) if isinstance(value, str) else value


def _by_value(value: object) -> object:
    """Return a decimal by value, as 52 may come back as 52.0; up to 64 digits stay exact."""
    if not isinstance(value, Decimal):
        return value
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") or "0") if "." in text else value


def written(child: Part) -> dict[str, object]:
    """Return the writable columns of a child that are filled."""
    columns = [name for name, item in fields(type(child)).items() if not item.server_set]
    return {name: value for name in columns if (value := plain(getattr(child, name))) is not None}
