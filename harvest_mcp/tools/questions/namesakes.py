"""Tell a record from others of the same name in a question: by its owner, an address or a date."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from harvest_mcp.errors import CallFailed
from harvest_mcp.names import Names
from harvest_mcp.spec import Field, Part, Record, Resource, Scope, System, fields
from harvest_mcp.text.render import plain, quoted
from harvest_mcp.text.terms import MAIL
from harvest_mcp.tools.arguments.references import restoring
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
Told = tuple[int, str]
"""How much it tells, the least most, and what is said: `email "ana@kestrel.example"`."""
MOST = 3
"""How much is told of one record."""
WHOSE, MAILED, WORDED, DATED, COUNTED, CODED = range(6)


async def apart(call: Call, system: System, resource: Kind, record: Record) -> str:
    """Return `, client "SuprCorp", email "ana@kestrel.example"`; empty if its name or status suffice.

    At most one of its references is looked up, unless its name is remembered or was read with the record.
    """
    known = fields(resource.record)
    if all(known[name].ref for name in resource.label) or any(rule.whose[0] for rule in resource.rules):
        return ""
    said = {"id", *resource.label, resource.owner, *(name for rule in resource.rules for name in rule.stands)}
    items = [item for name, item in known.items() if name not in said and not (item.private or item.sent_only)]
    told = [each for item in items for each in _told(item, getattr(record, item.name))]
    if not any(rank == WHOSE for rank, _ in told):
        told += [(WHOSE, whose)] if (whose := await _whose(call, system, items, record)) else []
    some = [says for _, says in sorted(told, key=lambda each: each[0])[:MOST]]
    return "".join(f", {says}" for says in (*some, *(["archived"] if restoring(resource, record) else [])))


def _told(item: Field, value: object) -> Iterator[Told]:
    """Yield what a column tells: for children, a mailbox and what tells them apart."""
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
    """Yield the first mailbox, and the first child that tells the record apart."""
    cells = [(item, getattr(child, name)) for child in children for name, item in fields(type(child)).items()]
    mails = (value for item, value in cells if item.mail and isinstance(value, str) and MAIL.search(value))
    yield from ((MAILED, f"email {quoted(value)}") for value in list(mails)[:1])
    yield from [(WORDED, _says(item, value)) for item, value in cells if item.apart and value][:1]


def _says(item: Field, value: object) -> str:
    """Return `job title "Acheteuse"`; for several lines the first."""
    if isinstance(value, str):
        word = item.name.removesuffix("_zname").removesuffix("_name").removesuffix("_id")
        return f"{word.replace('_', ' ')} {quoted(value.strip().partition(chr(10))[0])}"
    return f"{item.name.replace('_', ' ')} {str(plain(value)).removesuffix('T00:00:00Z')}"


async def _whose(call: Call, system: System, items: list[Field], record: Record) -> str:
    """Return `client "SuprCorp"`: the first record that this one refers to."""
    names: Names = call.names_of(system)
    for item in items:
        id = getattr(record, item.name) if item.ref and item.summary else None
        if not id or not item.ref or "get" not in (resource := system.resource(item.ref)).verbs:
            continue
        if not (name := getattr(record, f"{item.ref}_name", None) or names.one(item.ref, id)):
            try:
                name = resource.name_of(await call.api(system).get(Scope(resource), id))
            except CallFailed:
                return f"{resource.word} {id}"
            names.keep(item.ref, id, name)
        return f"{resource.word} {quoted(name, most=None)}"
    return ""
