"""incwo contacts: persons, who may belong to a firm (incwo 13.1); their addresses, telephones and mailboxes."""

from datetime import datetime
from typing import Annotated

from harvest_mcp.spec import (
    APART,
    INNER,
    LINES,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    Among,
    Dependent,
    Each,
    Filter,
    Gaps,
    Mail,
    OneFilled,
    Ref,
    Resource,
    Same,
    Says,
    Starts,
)
from harvest_mcp.systems.incwo.codes import ADDRESS, CIVILITY, ITEM, PARTY
from harvest_mcp.systems.incwo.rows import Line, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class Address(Line):
    """A postal address."""

    contact_id: Annotated[int | None, SERVER_SET, INNER] = None
    business_file_id: Annotated[int | None, SERVER_SET, INNER] = None
    address_type: Annotated[str | None, ADDRESS, REQUIRED] = None
    zip_code: Annotated[str | None, Says("e.g. 69003")] = None
    city: Annotated[str | None, APART, Says("e.g. Lyon")] = None
    created_at: Annotated[datetime | None, SERVER_SET, INNER] = None
    updated_at: Annotated[datetime | None, SERVER_SET, INNER] = None
    country: Annotated[str | None, Says("e.g. France")] = None
    country_iso_3166_a3: Annotated[str | None, SERVER_SET, INNER] = None
    street_number: Annotated[str | None, SERVER_SET, INNER] = None
    street_name: Annotated[str | None, SERVER_SET, INNER] = None
    additional_info: Annotated[str | None, SERVER_SET] = None
    street_address: Annotated[str | None, Says("e.g. 4 rue du Lac")] = None
    street_address2: Annotated[str | None, Says("second line")] = None


class Item(Line):
    """A telephone, fax or mailbox; several of one type may be there."""

    contact_id: Annotated[int | None, SERVER_SET, INNER] = None
    type_id: Annotated[str | None, ITEM, REQUIRED] = None
    created_at: Annotated[datetime | None, SERVER_SET, INNER] = None
    updated_at: Annotated[datetime | None, SERVER_SET, INNER] = None
    creator_id: Annotated[int | None, SERVER_SET, INNER] = None
    modifier_id: Annotated[int | None, SERVER_SET, INNER] = None
    business_file_id: Annotated[int | None, SERVER_SET, INNER] = None
    normalized_phone: Annotated[str | None, SERVER_SET] = None
    object_zname: Annotated[str | None, SERVER_SET, INNER] = None
    object_zid: Annotated[int | None, SERVER_SET, INNER] = None
    value: Annotated[str | None, Mail(), REQUIRED, Says("number or address")] = None


MESSENGERS = ("skype", "yahoo", "msn", "aim", "icq")
GAPS = Gaps(
    (
        Among("email", "contact_items", "@", MESSENGERS),
        Among("phone", "contact_items", r"^[^@]*(\d[^@]*){6}$", (*MESSENGERS, "fax")),
        Among("fax", "contact_items", r"\d", (*MESSENGERS, "phone", "mobile", "email")),
        Among("address", "contact_addresses"),
    )
)
"""What contacts and firms may lack, besides their columns."""


class Contact(Row):
    """A person. The order is that of a reply."""

    civility_label_id: Annotated[str | None, CIVILITY] = None
    last_name: Annotated[str | None, SUMMARY, Says("e.g. Dupont")] = None
    first_name: Annotated[str | None, SUMMARY, Says("e.g. Anne")] = None
    first_last_name: Annotated[str | None, SERVER_SET] = None
    contact_type: Annotated[str | None, PARTY, SUMMARY] = None
    contact_type2: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    batch: Annotated[str | None, SERVER_SET, INNER] = None
    batch_kind: Annotated[str | None, SERVER_SET, INNER] = None
    firm_id: Annotated[int | None, Ref("firm"), SUMMARY] = None
    accounting_ref: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    accounting_ref_vendor: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    contact_origin: Annotated[str | None, SERVER_SET, INNER] = None
    job_title: Annotated[str | None, SUMMARY, Says("e.g. Acheteuse")] = None
    job_department: Annotated[str | None, Says("e.g. Achats")] = None
    keywords: Annotated[str | None, SERVER_SET, INNER, Starts("")] = None
    firm_name: Annotated[str | None, SERVER_SET, SUMMARY] = None
    country: Annotated[str | None, Says("e.g. France")] = None
    comment: Annotated[str | None, LINES] = None
    contact_addresses: Annotated[tuple[Address, ...] | None, Each("contact_address", "address")] = None
    contact_items: Annotated[tuple[Item, ...] | None, Each("contact_item", "item"), Says("telephone, fax, e-mail…")] = (
        None
    )


CONTACTS = Resource(
    noun="contact",
    plural="contacts",
    record=Contact,
    wire=IncwoWire("/contacts"),
    toolset="incwo_crm",
    label=("first_name", "last_name"),
    says="person, perhaps at a firm",
    verbs=("list", "get", "create", "update", "delete"),
    filters=(Filter(name="firm", type=int, column="firm_id", ref="firm", says="id or exact name"),),
    # What a delete does to them is not documented; the question names them.
    dependents=(
        Dependent(noun="lead", by="contact_id", fate="unknown", words="lead"),
        Dependent(noun="proposal", by="contact_id", fate="unknown", words="proposal"),
        Dependent(noun="invoice", by="contact_id", fate="unknown", words="invoice"),
        Dependent(noun="purchase_bill", by="supplier_id", fate="unknown", words="purchase bill"),
    ),
    rules=(OneFilled(("last_name", "first_name")), GAPS),
    same=Same(within="firm_id", any_of=(("first_name", "last_name"),)),
)
