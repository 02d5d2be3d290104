"""A resource with a column of every type, and a part; no vendor's."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import INNER, LINES, REQUIRED, SERVER_SET, SUMMARY, Part, Record, Ref, Resource, Says, SeenIn
from harvest_mcp.wire.rails_wires import Rails


class Owner(Part):
    name: str | None = None
    is_boss: bool | None = None


class Thing(Record):
    owner_id: Annotated[int | None, Ref("owner"), REQUIRED, SUMMARY] = None
    name: Annotated[str | None, REQUIRED, SUMMARY, Says("name, e.g. Lamp")] = None
    long_text: Annotated[str | None, LINES] = None
    is_old: bool | None = None
    hourly_rate: Decimal | None = None
    bought_on: date | None = None
    seen_at: Annotated[datetime | None, SERVER_SET, INNER, SeenIn(("late",))] = None
    owner: Annotated[Owner | None, SERVER_SET] = None


THINGS = Resource(
    noun="odd_thing",
    plural="odd_things",
    record=Thing,
    wire=Rails("/odd_things"),
    toolset="odds",
    label=("name", "long_text"),
    says="something",
)
