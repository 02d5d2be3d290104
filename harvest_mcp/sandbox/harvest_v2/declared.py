"""What the resources of v2 declare and this account does not have, so that a column is not lost without a word."""

from collections.abc import Iterator

from harvest_mcp.sandbox.harvest_v2.kinds import KINDS
from harvest_mcp.spec import Record, Resource, System, fields
from harvest_mcp.wire.json.wires import JsonWire

ODD = frozenset({"team"})
"""Answered by `odd.py`, and of no kind."""


def unanswered(system: System) -> Iterator[str]:
    """Yield the columns and kinds that the resources declare and this account could not answer for."""
    for resource in system.resources:
        if isinstance(resource.wire, JsonWire) and resource.noun not in ODD:
            yield from _unanswered(resource, resource.wire)


def _unanswered(resource: Resource[Record], wire: JsonWire) -> Iterator[str]:
    """Yield the columns in lists or writes that no field is for."""
    name = wire.key or wire.path.rpartition("/")[2]
    if name not in KINDS:
        yield f"{resource.words}: harvest_v2/kinds.py has no kind {name}"
        return
    there = {field.name for field in KINDS[name].fields}
    spelled = {each.column: (each.name or each.column).partition(".")[0] for each in wire.spelled}
    for item in fields(resource.record).values():
        matters = item.summary or not (item.server_set or item.sent_only)
        if matters and item.name != resource.owner and (said := spelled.get(item.name, item.name)) not in there:
            yield f"{resource.noun}: {item.name} is {said} there, and no field in harvest_v2/shapes/ has that name"
