"""Harvest client contacts over v2: CC2-1 to CC2-5 (harvest-v2 8)."""

from dataclasses import replace
from typing import Annotated

from harvest_mcp.spec import FOLLOWS, INNER, SERVER_SET, SUMMARY, OneOf, Starts
from harvest_mcp.systems.harvest import contacts as v1
from harvest_mcp.systems.harvest.v2.from_v1 import asking, names
from harvest_mcp.wire.json.wires import JsonWire


class Contact(v1.Contact):
    """A person at a client, perhaps without a last name; may be a recipient of the client's invoices."""

    last_name: Annotated[str | None, SUMMARY] = None
    invoice_recipient_status: Annotated[
        str | None, OneOf(("none", "recipient", "cc", "bcc")), Starts("none"), INNER
    ] = None
    client_name: Annotated[str | None, SERVER_SET, FOLLOWS, INNER] = None


CONTACTS = replace(
    v1.CONTACTS,
    record=Contact,
    wire=JsonWire("/contacts", names(client="client")),
    filters=asking(v1.CONTACTS.filters, client="client_id"),
)
