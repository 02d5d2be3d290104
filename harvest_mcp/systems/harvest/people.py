"""Harvest people: PE-1 to PE-6 (harvest-v1 15); PE-7 was withdrawn."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    FROM_ZERO,
    INNER,
    MONEY,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Filter,
    ForNewOnes,
    Gaps,
    KeptByHistory,
    Mail,
    NamedBy,
    Record,
    Resource,
    Same,
    Says,
    SeenIn,
    SetsOff,
    Stakes,
    Starts,
)
from harvest_mcp.wire.rails_wires import Rails


class Person(Record):
    """Someone who works in the account."""

    email: Annotated[str | None, Mail(), REQUIRED, SUMMARY, Says("e.g. ana@kestrel.example")] = None
    first_name: Annotated[str | None, REQUIRED, SUMMARY] = None
    last_name: Annotated[str | None, REQUIRED, SUMMARY] = None
    has_access_to_all_future_projects: Annotated[bool | None, Starts(False)] = None
    default_hourly_rate: Annotated[Decimal | None, MONEY, FROM_ZERO, Says("e.g. 80.00")] = None
    is_active: Annotated[bool | None, SERVER_SET, SUMMARY, Starts(True)] = None
    is_admin: Annotated[bool | None, SUMMARY, Starts(False)] = None
    is_contractor: Annotated[bool | None, Starts(False)] = None
    is_project_manager: Annotated[bool | None, Says("on all assigned projects"), SeenIn(("late",)), Starts(False)] = (
        None
    )
    telephone: str | None = None
    department: Annotated[str | None, SUMMARY] = None
    timezone: Annotated[str | None, Says("e.g. Berlin")] = None
    cost_rate: Annotated[Decimal | None, MONEY, FROM_ZERO, Says("internal"), SeenIn(("late",))] = None
    wants_newsletter: Annotated[bool | None, Starts(False)] = None
    weekly_capacity: Annotated[int | None, Says("seconds"), FROM_ZERO, SeenIn(("late",))] = None
    wants_weekly_digest: Annotated[bool | None, Starts(False)] = None
    weekly_digest_sent_on: Annotated[date | None, SERVER_SET, INNER] = None
    avatar_url: Annotated[str | None, SERVER_SET, INNER] = None
    identity_url: Annotated[str | None, SERVER_SET, INNER] = None
    opensocial_identifier: Annotated[str | None, SERVER_SET, INNER] = None
    identity_account_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("late",))] = None
    identity_user_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("late",))] = None
    created_at: Annotated[datetime | None, SERVER_SET] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    cache_version: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic",)), Starts(0)] = None


PEOPLE = Resource(
    noun="person",
    plural="people",
    record=Person,
    wire=Rails("/people", element="user"),
    toolset="people",
    label=("first_name", "last_name"),
    says="someone who works in the account",
    verbs=("list", "get", "create", "update", "delete"),
    named_by=NamedBy(address="email"),
    filters=(
        Filter(name="is_active", type=bool, column="is_active", says="false: archived"),
        Filter(name="updated_since", type=datetime, query="updated_since", says="e.g. 2026-01-31T09:00Z"),
    ),
    actions=(
        Action(
            verb="archive",
            method="POST",
            path="/people/{id}/toggle",
            flips="is_active",
            to=False,
            says="Archive a person",
            yes="active",
            no="archived",
        ),
        Action(
            verb="restore",
            method="POST",
            path="/people/{id}/toggle",
            flips="is_active",
            to=True,
            says="Restore a person",
            yes="active",
            no="archived",
        ),
    ),
    rules=(
        Gaps(),
        Stakes(
            columns=("email", "is_admin", "is_project_manager"),
            effect="changes how they sign in or what they may do",
        ),
        KeptByHistory(has="hours"),  # PE-5
        # 15: it is for assignments to come.
        ForNewOnes(
            column="default_hourly_rate",
            says="Projects they are on keep their rate; update_user_assignment changes one.",
        ),
        SetsOff("mails an invitation with a password link to {email}", stays="the invitation"),
    ),
    same=Same(any_of=(("email",), ("first_name", "last_name"))),
)
