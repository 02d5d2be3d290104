"""Tell a record from others of the same name by its own columns: its owner, an address, a date."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from harvest_mcp.spec import Action, Field, Part, Record, Resource, fields
from harvest_mcp.text.render import plain, quoted
from harvest_mcp.text.terms import MAIL

Told = tuple[int, str]
"""A rank, the lowest most telling, and the words: `email "ana@kestrel.example"`."""
MOST = 3
"""The most columns to name for one record."""
WHOSE, MAILED, WORDED, DATED, COUNTED, CODED = range(6)


def beside(resource: Resource[Record], record: Record) -> str:
    """Return `, email "ana@kestrel.example", title "Buyer", archived`; empty if no column tells anything."""
    archived = ", archived" if restoring(resource, record) else ""
    return f"{most(telling(record, telling_columns(resource)))}{archived}"


def restoring(resource: Resource[Record], record: Record) -> Action | None:
    """Return the action that restores an archived record; None if it is not archived."""
    told = ((action, getattr(record, action.flips)) for action in resource.actions)
    kept = (action for action, value in told if value is not None and action.word(value) == "archived")
    return next((resource.action(action.flips, not getattr(record, action.flips)) for action in kept), None)


def telling_columns(resource: Resource[Record]) -> list[Field]:
    """Return the columns that may be named: not the label, the status, or private ones."""
    said = {"id", *resource.label, resource.owner, *(name for rule in resource.rules for name in rule.stands)}
    known = fields(resource.record).items()
    return [item for name, item in known if name not in said and not (item.private or item.sent_only)]


def telling(record: Record, items: Sequence[Field]) -> list[Told]:
    """Return what these columns say about a record, each with its rank."""
    return [each for item in items for each in _told(item, getattr(record, item.name))]


def most(told: Sequence[Told]) -> str:
    """Return the most telling ones, each after a comma."""
    return "".join(f", {says}" for _, says in sorted(told, key=lambda each: each[0])[:MOST])


def _told(item: Field, value: object) -> Iterator[Told]:
    """Yield what a column says: of a list of children, a mailbox and a distinguishing column."""
    if value in (None, "", 0, 1, ()) or item.ref:  # 0 and 1 are yes and no, too
        return
    if isinstance(value, tuple):
        yield from _within(value)
    elif item.apart:
        yield WORDED, _says(item, value)
    elif item.summary and isinstance(value, str):
        whose = item.follows or item.name.endswith("name")
        last = item.codes or item.choices or (item.server_set and not whose)
        rank = CODED if last else WHOSE if whose else MAILED if item.mail else WORDED
        yield rank, _says(item, value)
    elif item.summary and isinstance(value, date | Decimal | int):
        yield DATED if isinstance(value, date) else COUNTED, _says(item, value)


def _within(children: tuple[Part, ...]) -> Iterator[Told]:
    """Yield the first mailbox, and the first distinguishing column of a child."""
    cells = [(item, getattr(child, name)) for child in children for name, item in fields(type(child)).items()]
    mails = (value for item, value in cells if item.mail and isinstance(value, str) and MAIL.search(value))
    yield from ((MAILED, f"email {quoted(value)}") for value in list(mails)[:1])
    yield from [(WORDED, _says(item, value)) for item, value in cells if item.apart and value][:1]


def _says(item: Field, value: object) -> str:
    """Return `job title "Acheteuse"`; only the first of several lines."""
    if isinstance(value, str):
        word = item.name.removesuffix("_zname").removesuffix("_name").removesuffix("_id")
        return f"{word.replace('_', ' ')} {quoted(value.strip().partition(chr(10))[0])}"
    return f"{item.name.replace('_', ' ')} {str(plain(value)).removesuffix('T00:00:00Z')}"
