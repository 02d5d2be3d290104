"""Harvest people over v2: PE2-1 and PE2-3 to PE2-6 (harvest-v2 20); rates are records of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FIXED,
    FROM_ZERO,
    MONEY,
    SERVER_SET,
    SUMMARY,
    Draft,
    KeptByHistory,
    Record,
    Resource,
    Rule,
    Says,
    Stakes,
    Starts,
    Value,
)
from harvest_mcp.systems.harvest import people as v1
from harvest_mcp.systems.harvest.timezones import ZONES
from harvest_mcp.systems.harvest.v2.from_v1 import asking, without
from harvest_mcp.wire.json.records import Spelled, split
from harvest_mcp.wire.json.wires import JsonWire

ROLES = ("member", "manager", "administrator")
PEOPLE_MANAGER = "people_manager"
EXTRAS = (
    *("project_creator", "billable_rates_manager", "managed_projects_invoice_drafter"),
    *("managed_projects_invoice_manager", "client_and_task_manager", "time_and_expenses_manager", "estimates_manager"),
)
"""Extra rights of a manager (harvest-v2 5.1)."""


@dataclass(frozen=True, slots=True)
class Rights(Rule):
    """The rights of a person: one role, with extras for a manager; and a time zone in the vendor's words (harvest-v2
    4.4, 5.1)."""

    def check(self, draft: Draft) -> Iterator[str]:
        if "access_roles" in draft.values and (wrong := _wrong(_rights(draft.values["access_roles"]))):
            yield wrong
        zone = draft.values.get("timezone")
        if zone and zone not in {*ZONES, "Kyiv"}:
            there = [name for name, called in ZONES.items() if called == zone] or ["Berlin"]
            yield f"timezone takes a name that Harvest has for a zone, here {there[0]}"

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        if "access_roles" not in values:
            return values
        return {**values, "access_roles": ", ".join(_rights(values["access_roles"]))}


def _rights(said: Value) -> list[str]:
    return split(str(said or "").lower())


def _wrong(said: Sequence[str]) -> str:
    """Return what is wrong with such rights; empty if nothing is."""
    if PEOPLE_MANAGER in said:
        return f"{PEOPLE_MANAGER} is set by update_team alone, and stays where it is left out"
    if unknown := [each for each in said if each not in (*ROLES, *EXTRAS)]:
        extras = ", ".join(EXTRAS)
        there = f"it takes member, manager or administrator, and of a manager {extras}"
        return f"access_roles has no {unknown[0][:60]}; {there}"
    if sum(each in ROLES for each in said) != 1:
        return "access_roles takes exactly one of member, manager and administrator"
    extra = next((each for each in said if each in EXTRAS), "")
    return f"{extra} goes only with manager" if extra and "manager" not in said else ""


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
    default_hourly_rate=(Annotated[Decimal | None, MONEY, FIXED, FROM_ZERO, Says("e.g. 80.00")], None),
    cost_rate=(Annotated[Decimal | None, MONEY, FIXED, FROM_ZERO, Says("internal")], None),
)
"""Someone who works in the account."""


def _rule(rule: Rule) -> Rule:
    """Return a rule of v1 adapted to v2: rights are words, and a person with expenses is kept too (harvest-v2 5.1,
    29.1)."""
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
    rules=(*(_rule(each) for each in v1.PEOPLE.rules), Rights()),
)
