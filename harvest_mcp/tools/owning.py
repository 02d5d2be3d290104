"""What a record means for the one it lies under: an invoice, before and after a payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from harvest_mcp.errors import CallFailed
from harvest_mcp.spec import Moves, Record, Resource, System, Value
from harvest_mcp.tools.references import known
from harvest_mcp.tools.render import plain
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that another lies under, as it reads now."""

    resource: Kind
    record: Record
    moves: Moves

    @property
    def called(self) -> str:
        """`invoice "1004" (7004)`."""
        return f"{self.resource.noun} {known(self.resource, self.record)}"

    @property
    def standing(self) -> str:
        """The columns that move, in a sentence."""
        told = ((name, plain(getattr(self.record, name))) for name in self.moves.columns)
        columns = ", ".join(f"{name} {value}" for name, value in told if value is not None)
        return f"The {self.resource.noun} has {columns}."

    @property
    def facts(self) -> dict[str, object]:
        """The same, as what a consent is bound to."""
        return {"id": self.record.id, **{name: plain(getattr(self.record, name)) for name in self.moves.columns}}

    def warning(self, values: Mapping[str, Value]) -> str:
        """What is more than is expected, as a sentence; empty when nothing is."""
        if self.moves.most is None:
            return ""
        column, limit = self.moves.most
        value, most = values.get(column), getattr(self.record, limit)
        if not isinstance(value, Decimal) or not isinstance(most, Decimal) or value <= most:
            return ""
        return f"That is {plain(value - most)} more than its {limit}, {plain(most)}."


async def owner_of(call: Call, system: System, resource: Kind, id: int) -> Owner | None:
    """The owner of that id, where creating or deleting one moves it."""
    if resource.moves is None or (item := resource.owned_by) is None:
        return None
    of = system.resource(str(item.ref))
    return Owner(of, await call.api(system).get(of, id), resource.moves)


async def uncounted(
    call: Call, system: System, resource: Kind, values: Mapping[str, Value], record: Record | None
) -> str:
    """That a figure was written which counts for nothing, with a blank before; read only where there is such a one."""
    counts, item = resource.counts, resource.owned_by
    if counts is None or item is None or record is None or values.get(counts.column) is None:
        return ""
    of = system.resource(str(item.ref))
    try:
        now = getattr(owner := await call.api(system).get(of, getattr(record, item.name)), counts.by)
    except CallFailed:
        return ""
    if now in (None, counts.word):
        return ""
    way = f'{system.tool("update", of)}({of.key}={owner.id}, {counts.by}="{counts.word}")'
    return f" Its {of.noun} has {counts.by} {now}: this {counts.column} counts only with {way}."


async def moved(call: Call, system: System, resource: Kind, id: int) -> str:
    """What became of the owner by a write, as a sentence with a blank before it; empty where nothing moves."""
    try:
        owner = await owner_of(call, system, resource, id)
    except CallFailed:
        return f" Its {resource.owned_by.ref if resource.owned_by else 'owner'} could not be read back."
    return f" {owner.standing}" if owner else ""
