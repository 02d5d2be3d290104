"""Tell a record from others of the same name in a question: by its owner, an address or a date."""

from harvest_mcp.errors import CallFailed
from harvest_mcp.names import Names
from harvest_mcp.spec import Field, Record, Resource, Scope, System, fields
from harvest_mcp.text.apart import WHOSE, most, restoring, telling, telling_columns
from harvest_mcp.text.render import quoted
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]


async def apart(call: Call, system: System, resource: Kind, record: Record) -> str:
    """Return `, client "SuprCorp", email "ana@kestrel.example"`; empty if its name or status suffice.

    At most one of its references is looked up, unless its name is remembered or was read with the record.
    """
    known = fields(resource.record)
    if all(known[name].ref for name in resource.label) or any(rule.whose[0] for rule in resource.rules):
        return ""
    items = telling_columns(resource)
    told = telling(record, items)
    if not any(rank == WHOSE for rank, _ in told):
        told += [(WHOSE, whose)] if (whose := await _whose(call, system, items, record)) else []
    return f"{most(told)}{', archived' if restoring(resource, record) else ''}"


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
