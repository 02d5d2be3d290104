"""Harvest clients: CL-1 to CL-6 (harvest-v1 11)."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from harvest_mcp.spec import (
    APART,
    COMPANY,
    FOLLOWS,
    INNER,
    LINES,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Action,
    Dependent,
    Filter,
    Labels,
    Record,
    Resource,
    Same,
    Says,
    SeenIn,
    Starts,
)
from harvest_mcp.systems.harvest.currencies import labelled
from harvest_mcp.wire.rails_wires import Rails


class Client(Record):
    """A company or person that work is done for."""

    name: Annotated[str | None, REQUIRED, SUMMARY, COMPANY] = None
    active: Annotated[bool | None, SERVER_SET, SUMMARY, Says("false: archived"), Starts(True)] = None
    details: Annotated[str | None, LINES, APART, Says("e.g. address")] = None
    currency: Annotated[str | None, Labels(labelled), Says("e.g. Euro - EUR")] = None
    currency_symbol: Annotated[str | None, SERVER_SET, INNER] = None
    highrise_id: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic", "docs"))] = None
    cache_version: Annotated[int | None, SERVER_SET, INNER, SeenIn(("classic", "docs")), Starts(0)] = None
    created_at: Annotated[datetime | None, SERVER_SET, SeenIn(("docs", "late"))] = None
    updated_at: Annotated[datetime | None, SERVER_SET] = None
    default_invoice_timeframe: Annotated[str | None, SERVER_SET, INNER] = None
    last_invoice_kind: Annotated[str | None, SERVER_SET, INNER, SeenIn(("docs", "late"))] = None
    statement_key: Annotated[str | None, SERVER_SET, INNER, SeenIn(("late",))] = None
    address: Annotated[str | None, SERVER_SET, FOLLOWS, INNER, LINES, SeenIn(("late",))] = None


TOGGLE = Action(
    verb="toggle",
    method="POST",
    path="/clients/{id}/toggle",
    flips="active",
    says="Archive or restore a client",
    yes="active",
    no="archived",
)

CLIENTS = Resource(
    noun="client",
    plural="clients",
    record=Client,
    wire=Rails("/clients"),
    toolset="crm",
    label=("name",),
    says="company or person work is done for",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="active", type=bool, column="active", says="false: archived"),
        Filter(
            name="updated_since",
            type=datetime,
            query="updated_since",
            says="e.g. 2026-01-31T09:00Z",
        ),
    ),
    actions=(
        TOGGLE,
        replace(TOGGLE, verb="archive", to=False, says="Archive a client"),
        replace(TOGGLE, verb="restore", to=True, says="Restore a client"),
    ),
    dependents=(
        # A client's contacts are deleted with it (harvest-v1 30, inferred); projects and invoices block it (CL-6).
        Dependent(noun="contact", by="client_id", fate="goes", words="contact"),
        Dependent(noun="project", by="client_id", fate="blocks", words="active project", where=(("active", True),)),
    ),
    same=Same(any_of=(("name",),)),
)
