"""Harvest client contacts: CC-1 to CC-6 (harvest-v1 12)."""

from datetime import datetime
from typing import Annotated

from harvest_mcp.spec import REQUIRED, SERVER_SET, SUMMARY, Filter, Gaps, Mail, Record, Ref, Resource, Same, SeenIn
from harvest_mcp.wire.rails_wires import Rails


class Contact(Record):
    """A person at a client."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    first_name: Annotated[str | None, REQUIRED, SUMMARY] = None
    last_name: Annotated[str | None, REQUIRED, SUMMARY] = None
    email: Annotated[str | None, Mail(), SUMMARY] = None
    phone_office: str | None = None
    phone_mobile: str | None = None
    fax: str | None = None
    title: Annotated[str | None, SUMMARY, SeenIn(("docs", "late"))] = None
    created_at: Annotated[datetime | None, SERVER_SET, SeenIn(("docs", "late"))] = None
    updated_at: Annotated[datetime | None, SERVER_SET, SeenIn(("docs", "late"))] = None


CONTACTS = Resource(
    noun="contact",
    plural="contacts",
    record=Contact,
    wire=Rails("/contacts"),
    toolset="crm",
    label=("first_name", "last_name"),
    says="person at a client",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(
        Filter(name="client", type=int, path="/clients/{id}/contacts", ref="client", says=""),
        Filter(
            name="updated_since",
            type=datetime,
            query="updated_since",
            says="",
        ),
        Filter(name="created_since", type=datetime, column="created_at", compares="from", says=""),
        Filter(name="title", type=tuple, column="title", compares="any", says=""),
    ),
    rules=(Gaps(),),
    same=Same(within="client_id", any_of=(("email",), ("first_name", "last_name"))),
)
