"""What an hour of a person is charged and costs, and roles, which only v2 has: BR2, CR2, RO2 (harvest-v2 19, 21)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    FROM_ZERO,
    INNER,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Record,
    Ref,
    Refs,
    Resource,
    Same,
    Says,
    SetsOff,
    Wording,
)
from harvest_mcp.wire.json.records import Spelled, numbers
from harvest_mcp.wire.json.wires import JsonWire


class Rate(Record):
    """A price of an hour, from a day on; without a day it holds since ever."""

    person_id: Annotated[int | None, Ref("person"), REQUIRED, FIXED, INNER] = None
    amount: Annotated[Decimal | None, REQUIRED, FROM_ZERO, SUMMARY, Says("e.g. 80.00")] = None
    start_date: Annotated[date | None, SUMMARY, Says("left out: replaces all rates")] = None
    end_date: Annotated[date | None, SERVER_SET, SUMMARY] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


class Role(Record):
    """A label of people, without rights."""

    name: Annotated[str | None, REQUIRED, SUMMARY, Says("e.g. Design")] = None
    user_ids: Annotated[str | None, Refs("person"), SUMMARY] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


BILLABLE_RATES: Resource[Record] = Resource(
    noun="billable_rate",
    plural="billable_rates",
    record=Rate,
    wire=JsonWire("/users/{person_id}/billable_rates"),
    owner="person_id",
    toolset="people",
    label=("amount",),
    says="what an hour of a person is charged",
    verbs=("list", "get", "create"),
    wording=Wording(does="add", done="added"),
    # There is neither a change nor a delete (harvest-v2 21).
    rules=(SetsOff("replaces every rate that begins later, and all of them without start_date"),),
    same=Same(any_of=(("amount", "start_date"),)),
)
COST_RATES = replace(
    BILLABLE_RATES,
    noun="cost_rate",
    plural="cost_rates",
    wire=JsonWire("/users/{person_id}/cost_rates"),
    says="what an hour of a person costs",
)
ROLES: Resource[Record] = Resource(
    noun="role",
    plural="roles",
    record=Role,
    wire=JsonWire("/roles", (Spelled("user_ids", sends=numbers),)),
    toolset="people",
    label=("name",),
    says="label of people, without rights",
    verbs=("list", "get", "create", "update", "delete"),
    same=Same(any_of=(("name",),)),
)
