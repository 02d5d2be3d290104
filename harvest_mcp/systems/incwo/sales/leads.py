"""incwo leads (incwo 13.6): possible sales; the page breaks off at the steps, which no field holds."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import COMPANY, LINES, MONEY, SUMMARY, Between, OneFilled, Ref, Resource, Same, Says, Wording
from harvest_mcp.systems.incwo.codes import ENGAGED
from harvest_mcp.systems.incwo.rows import BY_CUSTOMER, Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Lead(Row):
    """A possible sale."""

    manager_id: Annotated[int | None, Says("id of the user in charge")] = None
    client_name: Annotated[str | None, SUMMARY, COMPANY, Says("e.g. Menuiserie Lacaze")] = None
    topic: Annotated[str | None, SUMMARY, Says("e.g. Refonte du site")] = None
    contact_id: Annotated[int | None, Ref("contact"), SUMMARY] = None
    firm_id: Annotated[int | None, Ref("firm"), SUMMARY] = None
    is_engaged: Annotated[str | None, ENGAGED, SUMMARY] = None
    importance: Annotated[int | None, Between(0, 5), Says("0 (least) to 5")] = None
    product_category_id: Annotated[int | None, Says("id in the account's own typology")] = None
    value: Annotated[Decimal | None, MONEY, SUMMARY, Says("euros without tax")] = None
    value_date: Annotated[Day | None, SUMMARY, Says("expected signing")] = None
    confidence_pct: Annotated[Decimal | None, SUMMARY, Between(0, 100), Says("0 to 100")] = None
    project_id: Annotated[int | None, Ref("project")] = None
    description: Annotated[str | None, LINES] = None
    learning_on_customer: Annotated[str | None, LINES, Says("what was learned of the customer")] = None
    learning_on_sales_tools: Annotated[str | None, LINES, Says("what was learned of the sales tools")] = None
    learning_on_products: Annotated[str | None, LINES, Says("what was learned of the products")] = None


LEADS = Resource(
    noun="lead",
    plural="leads",
    record=Lead,
    wire=IncwoWire("/leads"),
    toolset="incwo_sales",
    label=("topic",),
    says="sale that may come",
    verbs=("list", "get", "create", "update", "delete"),
    filters=BY_CUSTOMER,
    rules=(OneFilled(("topic", "client_name")),),
    same=Same(any_of=(("client_name", "topic"), ("contact_id", "topic"), ("firm_id", "topic"))),
    wording=Wording(caution="Its step in the sale is in no documented field."),
)
