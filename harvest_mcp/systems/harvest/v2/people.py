"""Harvest people over v2: PE2-1 and PE2-3 to PE2-6 (harvest-v2 20); rates are records of their own."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    FROM_ZERO,
    SERVER_SET,
    SUMMARY,
    KeptByHistory,
    Record,
    Resource,
    Rule,
    Says,
    Stakes,
    Starts,
)
from harvest_mcp.systems.harvest import people as v1
from harvest_mcp.systems.harvest.v2.from_v1 import asking, without
from harvest_mcp.wire.json.records import Spelled, split
from harvest_mcp.wire.json.wires import JsonWire

Person = without(
    v1.Person,
    *("is_admin", "is_project_manager", "wants_newsletter", "wants_weekly_digest", "weekly_digest_sent_on"),
    *("identity_url", "opensocial_identifier", "identity_account_id", "identity_user_id", "cache_version"),
    access_roles=(
        Annotated[
            str | None, SUMMARY, Says("member, manager or administrator, then a manager's extras"), Starts("member")
        ],
        None,
    ),
    telephone=(Annotated[str | None, SERVER_SET], None),
    # Fixed once a person is there: a rate has a date then (harvest-v2 20, 21).
    default_hourly_rate=(Annotated[Decimal | None, FIXED, FROM_ZERO, Says("e.g. 80.00")], None),
    cost_rate=(Annotated[Decimal | None, FIXED, FROM_ZERO, Says("internal")], None),
)
"""Someone who works in the account."""


def _rule(rule: Rule) -> Rule:
    """Return a rule of v1 as v2 has it: rights are words, and expenses keep a person too (harvest-v2 5.1, 29.1)."""
    if isinstance(rule, Stakes):
        return replace(rule, columns=("email", "access_roles"))
    return replace(rule, has="hours or expenses") if isinstance(rule, KeptByHistory) else rule


PEOPLE: Resource[Record] = replace(
    v1.PEOPLE,
    record=Person,
    wire=JsonWire("/users", (Spelled("department", "roles", sends=split), Spelled("access_roles", sends=split))),
    filters=asking(v1.PEOPLE.filters, is_active="is_active"),
    # Who is archived leaves every project, and is not put back (harvest-v2 29.1).
    actions=tuple(
        replace(each, leaves=("the projects they were on",)) if each.to else each for each in v1.PEOPLE.actions
    ),
    rules=tuple(_rule(each) for each in v1.PEOPLE.rules),
)
