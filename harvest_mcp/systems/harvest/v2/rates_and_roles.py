"""People's rates and roles, and managers' teams, which only v2 has: BR2, CR2, RO2, TM2 (harvest-v2 19, 21)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    FOLLOWS,
    FROM_ZERO,
    INNER,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    NamedBy,
    Record,
    Ref,
    Refs,
    Resource,
    Same,
    Says,
    SetsOff,
    Stakes,
    Stands,
    Wording,
)
from harvest_mcp.wire.json.members import Members
from harvest_mcp.wire.json.records import Spelled, numbers
from harvest_mcp.wire.json.wires import JsonWire


class Rate(Record):
    """An hourly rate from a date on; without a date it applies from the beginning."""

    person_id: Annotated[int | None, Ref("person"), REQUIRED, FIXED, INNER] = None
    amount: Annotated[Decimal | None, MONEY, REQUIRED, FROM_ZERO, SUMMARY, Says("e.g. 80.00")] = None
    start_date: Annotated[date | None, SUMMARY, Says("left out: replaces all rates")] = None
    end_date: Annotated[date | None, SERVER_SET, SUMMARY] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


class Role(Record):
    """A label for people, without rights."""

    name: Annotated[str | None, REQUIRED, SUMMARY, Says("e.g. Design")] = None
    user_ids: Annotated[str | None, Refs("person"), SUMMARY] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None


class Team(Record):
    """The people assigned to a manager, who sees and approves their time and expenses; the id is the manager's."""

    manager_id: Annotated[int | None, Ref("person"), SERVER_SET, INNER] = None
    teammate_ids: Annotated[str | None, Refs("person"), SUMMARY, Says("all of them; empty: none")] = None
    teammates: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None


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
    # There is neither an update nor a delete (harvest-v2 21).
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
TEAMS: Resource[Record] = Resource(
    noun="team",
    plural="teams",
    record=Team,
    wire=Members(
        "/users", inner="teammates", sent="teammate_ids", ids="teammate_ids", called="teammates", of="manager_id"
    ),
    toolset="people",
    label=("manager_id",),
    named_by=NamedBy(of="person"),
    says="whom a manager has; team_id is the manager's",
    verbs=("get", "update"),
    # The first one makes the manager a people_manager, and none takes that back.
    rules=(
        Stands(of="manager_id", columns=("teammates",)),
        Stakes(columns=("teammate_ids",), effect="changes whose time and expenses a manager sees"),
    ),
    wording=Wording(ids_from="list_people", caution="The id is the manager's, of list_people."),
)
