"""A resource nobody has, with every kind of column: what adding one takes, and all that it takes."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    LINES,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Draft,
    Filter,
    Record,
    Ref,
    Resource,
    Rule,
    Same,
    Says,
)
from harvest_mcp.wire.rails_wires import Rails


class Room(Record):
    """A place to meet, at a client's."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    name: Annotated[str | None, REQUIRED, SUMMARY, Says("e.g. Blue")] = None
    seats: Annotated[int | None, SUMMARY, Says("e.g. 12")] = None
    heated: Annotated[bool | None, Says("true: has heating")] = None
    price: Annotated[Decimal | None, SUMMARY, Says("a day, e.g. 12.50")] = None
    opened_on: Annotated[date | None, SUMMARY, Says("e.g. 2026-01-31")] = None
    notes: Annotated[str | None, LINES, Says("e.g. the way there")] = None
    booked: Annotated[bool | None, SERVER_SET, SUMMARY, Says("true: taken")] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None


class Seated(Rule):
    """A rule that no other resource has: somebody fits in, and a new room is open at once."""

    def check(self, draft: Draft) -> Iterator[str]:
        if draft.values.get("seats") == 0:
            yield "seats is 0, so nobody fits in"

    def made(self, title: str) -> Iterator[str]:
        yield f"{title} opens it at once."


ROOMS = Resource(
    noun="room",
    plural="rooms",
    record=Room,
    wire=Rails("/rooms"),
    toolset="crm",
    label=("name",),
    says="place to meet",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="client", type=int, path="/clients/{id}/rooms", ref="client", says="id or exact name"),
        Filter(name="heated", type=bool, column="heated", says="true: has heating"),
    ),
    actions=(
        Action(
            verb="book",
            method="PUT",
            path="/rooms/{id}/book",
            flips="booked",
            says="Book a room or free it",
            yes="booked",
            no="free",
        ),
    ),
    same=Same(within="client_id", any_of=(("name",),)),
    rules=(Seated(),),
)
