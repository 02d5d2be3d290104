"""incwo contracts (incwo 13.16)."""

from typing import Annotated

from harvest_mcp.spec import SUMMARY, InOrder, OneFilled, Ref, Resource, Same, Says
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Contract(Row):
    """What was signed with whom, until when."""

    signing_date: Annotated[Day | None, SUMMARY] = None
    title: Annotated[str | None, SUMMARY, Says("e.g. Maintenance annuelle")] = None
    party: Annotated[str | None, SUMMARY, Says("the other side's name")] = None
    staff_member_id: Annotated[int | None, Ref("staff_member"), Says("who signed")] = None
    begin_date: Annotated[Day | None, SUMMARY] = None
    end_date: Annotated[Day | None, SUMMARY] = None
    renew_date: Day | None = None
    reference: Annotated[str | None, SUMMARY, Says("your own, e.g. C-2026-01")] = None


CONTRACTS = Resource(
    noun="contract",
    plural="contracts",
    record=Contract,
    wire=IncwoWire("/contracts"),
    toolset="incwo_documents",
    label=("title",),
    says="contract",
    verbs=("list", "get", "create", "update", "delete"),
    rules=(OneFilled(("title",)), InOrder("begin_date", "end_date")),
    same=Same(any_of=(("reference",), ("title", "party"))),
)
