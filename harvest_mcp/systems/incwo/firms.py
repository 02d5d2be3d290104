"""incwo firms: companies, which hold contacts (incwo 13.2)."""

from typing import Annotated

from harvest_mcp.spec import (
    COMPANY,
    INNER,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Between,
    Dependent,
    Each,
    OneFilled,
    Ref,
    Resource,
    Same,
    Says,
    Starts,
)
from harvest_mcp.systems.incwo.codes import PARTY
from harvest_mcp.systems.incwo.contacts import GAPS, Address, Item
from harvest_mcp.systems.incwo.rows import Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class FirmItem(Item):
    """A telephone, fax or mailbox of a firm, whose codes are undocumented: they stay numbers (incwo 14.4)."""

    type_id: Annotated[str | None, REQUIRED, Between(71), Says("the account's own code, from 71")] = None


class Firm(Row):
    """A company. The order is that of a reply."""

    name: Annotated[str | None, SUMMARY, COMPANY, Says("e.g. Menuiserie Lacaze")] = None
    batch: Annotated[str | None, SERVER_SET, INNER] = None
    batch_kind: Annotated[str | None, SERVER_SET, INNER] = None
    firm_type: Annotated[str | None, PARTY, SUMMARY] = None
    firm_type2: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    project_id: Annotated[int | None, Ref("project")] = None
    siren: Annotated[str | None, SUMMARY, Says("French company number"), Starts("")] = None
    accounting_ref: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    accounting_ref_vendor: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    tva: Annotated[str | None, Says("VAT number, e.g. FR40303265045"), Starts("")] = None
    name_soundex: Annotated[str | None, SERVER_SET, INNER] = None
    contact_addresses: Annotated[tuple[Address, ...] | None, Each("contact_address", "address")] = None
    contact_items: Annotated[tuple[FirmItem, ...] | None, Each("contact_item", "item"), Says("telephone, e-mail…")] = (
        None
    )


FIRMS = Resource(
    noun="firm",
    plural="firms",
    record=Firm,
    wire=IncwoWire("/firms"),
    toolset="incwo_crm",
    label=("name",),
    says="company",
    verbs=("list", "get", "create", "update", "delete"),
    # What a delete does to them is not documented; the question names them.
    dependents=(
        Dependent(noun="contact", by="firm_id", fate="unknown", words="contact"),
        Dependent(noun="lead", by="firm_id", fate="unknown", words="lead"),
        Dependent(noun="proposal", by="firm_id", fate="unknown", words="proposal"),
        Dependent(noun="invoice", by="firm_id", fate="unknown", words="invoice"),
        Dependent(noun="purchase_bill", by="supplier_firm_id", fate="unknown", words="purchase bill"),
    ),
    rules=(OneFilled(("name",)), GAPS),
    same=Same(any_of=(("name",), ("siren",))),
)
