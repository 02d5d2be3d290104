"""What a record itself tells beside its name, and its namesakes may not: whose it is, an address, a day."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from harvest_mcp.spec import Action, Field, Part, Record, Resource, fields
from harvest_mcp.text.render import plain, quoted
from harvest_mcp.text.terms import MAIL

Told = tuple[int, str]
"""How much it tells, the least most, and what is said: `email "ana@kestrel.example"`."""
MOST = 3
"""How much is told of one record."""
WHOSE, MAILED, WORDED, DATED, COUNTED, CODED = range(6)


def beside(resource: Resource[Record], record: Record) -> str:
    """`, email "ana@kestrel.example", title "Buyer", archived`; empty where nothing is."""
    archived = ", archived" if restoring(resource, record) else ""
    return f"{most(telling(record, telling_columns(resource)))}{archived}"


def restoring(resource: Resource[Record], record: Record) -> Action | None:
    """Return the action that brings an archived record back; None of one that is not archived."""
    told = ((action, getattr(record, action.flips)) for action in resource.actions)
    kept = (action for action, value in told if value is not None and action.word(value) == "archived")
    return next((resource.action(action.flips, not getattr(record, action.flips)) for action in kept), None)


def telling_columns(resource: Resource[Record]) -> list[Field]:
    """Return the columns that may tell: not the name, how it stands, or what is private."""
    said = {"id", *resource.label, resource.owner, *(name for rule in resource.rules for name in rule.stands)}
    known = fields(resource.record).items()
    return [item for name, item in known if name not in said and not (item.private or item.sent_only)]


def telling(record: Record, items: Sequence[Field]) -> list[Told]:
    """Return what these columns tell."""
    return [each for item in items for each in _told(item, getattr(record, item.name))]


def most(told: Sequence[Told]) -> str:
    """Return what tells most, each behind a comma."""
    return "".join(f", {says}" for _, says in sorted(told, key=lambda each: each[0])[:MOST])


def _told(item: Field, value: object) -> Iterator[Told]:
    """Yield what a column tells: of children, a mailbox and what tells apart."""
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
    """Yield the first mailbox, and the first of what tells apart."""
    cells = [(item, getattr(child, name)) for child in children for name, item in fields(type(child)).items()]
    mails = (value for item, value in cells if item.mail and isinstance(value, str) and MAIL.search(value))
    yield from ((MAILED, f"email {quoted(value)}") for value in list(mails)[:1])
    yield from [(WORDED, _says(item, value)) for item, value in cells if item.apart and value][:1]


def _says(item: Field, value: object) -> str:
    """`job title "Acheteuse"`; of several lines the first."""
    if isinstance(value, str):
        word = item.name.removesuffix("_zname").removesuffix("_name").removesuffix("_id")
        return f"{word.replace('_', ' ')} {quoted(value.strip().partition(chr(10))[0])}"
    return f"{item.name.replace('_', ' ')} {str(plain(value)).removesuffix('T00:00:00Z')}"
