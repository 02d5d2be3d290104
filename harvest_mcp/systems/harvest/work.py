"""What hangs on a Harvest client and is only counted so far: invoices (harvest-v1 22)."""

from typing import Annotated

from harvest_mcp.spec import REQUIRED, SERVER_SET, SUMMARY, Filter, Record, Ref, Resource


class Invoice(Record):
    """A bill to a client."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    number: Annotated[str | None, REQUIRED, SUMMARY] = None
    state: Annotated[str | None, SERVER_SET, SUMMARY] = None


INVOICES = Resource(
    noun="invoice",
    plural="invoices",
    record=Invoice,
    path="/invoices",
    toolset="invoices",
    label=("number",),
    says="bill to a client",
    filters=(Filter(name="client", type=int, query="client", ref="client", says="only this client's"),),
)
