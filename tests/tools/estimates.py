"""Estimates, which no account has: what adding a resource takes, and all that it takes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    INNER,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Child,
    Each,
    Filter,
    OneOf,
    Record,
    Ref,
    Resource,
    Same,
    Says,
    Starts,
    Table,
)
from harvest_mcp.wire.rails_wires import Rails

STATES = ("draft", "open", "accepted", "declined")


class EstimateLine(Child):
    """One line of an estimate."""

    description: Annotated[str | None, REQUIRED] = None
    amount: Annotated[Decimal | None, REQUIRED, Says("e.g. 80.00")] = None
    day: date | None = None


class Estimate(Record):
    """What a piece of work would cost."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    number: Annotated[str | None, REQUIRED, SUMMARY, Says("e.g. E-1")] = None
    amount: Annotated[Decimal | None, SUMMARY, Says("e.g. 80.00")] = None
    state: Annotated[str | None, SERVER_SET, OneOf(STATES), Starts("draft"), SUMMARY] = None
    lines: Annotated[tuple[EstimateLine, ...] | None, Table("csv_lines"), Each("line", "cost_line"), INNER] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


ESTIMATES = Resource(
    noun="estimate",
    plural="estimates",
    record=Estimate,
    wire=Rails("/estimates"),
    toolset="estimates",
    label=("number",),
    says="offer to a client",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="client", type=int, query="client", ref="client", says=""),
        Filter(name="state", type=str, query="status", words=STATES, says=""),
    ),
    actions=tuple(
        Action(
            verb=verb,
            method="POST",
            path=f"/estimates/{{id}}/{verb}",
            flips="state",
            of=("draft", "open"),
            to=state,
            says=says,
        )
        for verb, state, says in (
            ("accept", "accepted", "Note that the client accepted"),
            ("decline", "declined", "Note that the client declined"),
        )
    ),
    same=Same(within="client_id", any_of=(("number",),)),
)
