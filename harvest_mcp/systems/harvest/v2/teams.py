"""The people assigned to a manager, who sees and approves their time and expenses: TM2-1, TM2-2 (harvest-v2 21.4)."""

from typing import Annotated

from harvest_mcp.spec import (
    FOLLOWS,
    INNER,
    SERVER_SET,
    SUMMARY,
    Record,
    Ref,
    Refs,
    Resource,
    Says,
    Stakes,
    Stands,
    Wording,
)
from harvest_mcp.wire.json.members import Members


class Team(Record):
    """Whom a manager has; the id is the manager's."""

    manager_id: Annotated[int | None, Ref("person"), SERVER_SET, INNER] = None
    teammate_ids: Annotated[str | None, Refs("person"), SUMMARY, Says("all of them; empty: none")] = None
    teammates: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None


TEAMS: Resource[Record] = Resource(
    noun="team",
    plural="teams",
    record=Team,
    wire=Members(
        "/users", inner="teammates", sent="teammate_ids", ids="teammate_ids", called="teammates", of="manager_id"
    ),
    toolset="people",
    label=("manager_id",),
    says="whom a manager has; team_id is the manager's",
    verbs=("get", "update"),
    # The first one makes the manager a people_manager, and none takes that back.
    rules=(
        Stands(of="manager_id", columns=("teammates",)),
        Stakes(columns=("teammate_ids",), effect="changes whose time and expenses a manager sees"),
    ),
    wording=Wording(ids_from="list_people", caution="The id is the manager's, of list_people."),
)
