"""The wire of Harvest v1's assignments: a create names a record of another kind (harvest-v1 16, 17)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from harvest_mcp.spec import Exchange, Record, Resource, Scope, Value, Wire
from harvest_mcp.wire import rails
from harvest_mcp.wire.rails_wires import Nested, rails_of

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Nested):
    """The body of a create is only another record, `reference`, with the id from column `assigns`.

    A post to `both`, a path below the list, creates that record too, from its columns in `making`. The wire of such a
    create, which `along` returns, has that kind of record as `makes`.
    """

    assigns: str = ""
    reference: str
    both: str = ""
    making: tuple[str, ...] = ()
    makes: Resource[Record] | None = None

    @property
    def names_only(self) -> bool:
        return True

    @property
    def made(self) -> str:
        return self.makes.noun if self.makes else ""

    def along(self, other: Resource[Record]) -> Wire:
        return replace(self, makes=other)

    def create(self, scope: Scope[R], values: Mapping[str, Value]) -> Exchange[int | None]:
        if self.makes:
            made = rails_of(self.makes).body(Scope(self.makes), values)
            return self.post(scope, f"{self.at(scope)}/{self.both}", made)
        return self.post(scope, self.at(scope), rails.encode_reference(self.reference, values[self.assigns]))
