"""What hangs on a Harvest client and is only counted so far: projects (harvest-v1 13) and invoices (22)."""

from typing import Annotated

from harvest_mcp.spec import REQUIRED, SERVER_SET, SUMMARY, Filter, Record, Ref, Resource


class Project(Record):
    """A piece of work for a client."""

    client_id: Annotated[int | None, Ref("client"), REQUIRED, SUMMARY] = None
    name: Annotated[str | None, REQUIRED, SUMMARY] = None
    code: Annotated[str | None, SUMMARY] = None
    active: Annotated[bool | None, SERVER_SET, SUMMARY] = None


PROJECTS = Resource(
    noun="project",
    plural="projects",
    record=Project,
    path="/projects",
    toolset="projects",
    label=("name",),
    says="piece of work for a client",
    filters=(Filter(name="client", type=int, query="client", ref="client", says="only this client's"),),
)


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
