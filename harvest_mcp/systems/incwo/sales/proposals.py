"""incwo proposals: quotations, and delivery notes under another type (incwo 13.8). The page breaks off within the
object."""

from decimal import Decimal
from typing import Annotated

from harvest_mcp.spec import (
    INNER,
    MONEY,
    SERVER_SET,
    SUMMARY,
    Between,
    Each,
    NamedBy,
    Ref,
    Resource,
    Says,
    Starts,
    Wording,
)
from harvest_mcp.systems.incwo.codes import PROPOSAL, PROPOSAL_PROGRESS, VAT
from harvest_mcp.systems.incwo.money.cash_deposits import Deposit
from harvest_mcp.systems.incwo.rows import BY_CUSTOMER, SAME_SHEET, Day, Line, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class ProposalLine(Line):
    """A line, heading, option or subtotal. The order is that of a reply."""

    proposal_sheet_id: Annotated[int | None, SERVER_SET] = None
    customer_product_id: Annotated[int | None, Ref("product"), SERVER_SET] = None
    customer_product_category_id: Annotated[int | None, SERVER_SET] = None
    billing_date: Annotated[Day | None, SERVER_SET] = None
    sheet_type: Annotated[str | None, SERVER_SET] = None
    sheet_progress_id: Annotated[str | None, PROPOSAL_PROGRESS, SERVER_SET] = None
    content_kind: Annotated[str | None, Says("empty: a normal line")] = None
    vat_value_id: Annotated[str | None, VAT] = None
    description: str | None = None
    activity_classification_choice: Annotated[str | None, SERVER_SET] = None
    unit_price: Annotated[Decimal | None, MONEY, Says("euros without tax")] = None
    unit_price_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    quantity: Decimal | None = None
    total_price: Annotated[Decimal | None, MONEY, SERVER_SET, Says("0 on an option")] = None
    total_price_with_taxes: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    total_price_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    total_price_with_taxes_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    vat_value: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    vat_value_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    ordering: Annotated[int | None, SERVER_SET] = None
    unit: str | None = None
    sales_tax_1_value: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    sales_tax_2_value: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    sales_tax_1_value_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    sales_tax_2_value_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    eco_participation_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    description_more: str | None = None


class Proposal(Row):
    """A quotation. The order is that of the fullest recorded reply; columns recorded but not documented are read only.

    Undocumented flags are read as text.
    """

    progress_id: Annotated[str | None, PROPOSAL_PROGRESS, SUMMARY, Starts("555")] = None
    progress_prev_id: Annotated[str | None, PROPOSAL_PROGRESS, SERVER_SET, INNER] = None
    bank_account_id: Annotated[int | None, Ref("bank_account")] = None
    reference: Annotated[str | None, SERVER_SET, SUMMARY] = None
    reference_index: Annotated[str | None, SERVER_SET, INNER] = None
    billing_date: Annotated[Day | None, SUMMARY, Says("day of the proposal")] = None
    vat_cost: Annotated[Decimal | None, MONEY, Says("VAT, euros")] = None
    vat_cost_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    shipping_cost: Annotated[Decimal | None, MONEY, Says("euros without tax")] = None
    shipping_cost_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    vat_exl_total: Annotated[Decimal | None, MONEY, SERVER_SET, SUMMARY] = None
    vat_exl_total_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    vat_inc_total: Annotated[Decimal | None, MONEY, SERVER_SET, SUMMARY] = None
    vat_inc_total_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    vat_exc_total_with_shipping_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    vat_exc_total_with_shipping: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    previous_currency_id: Annotated[str | None, SERVER_SET, INNER] = None
    currency_exchange_rate: Annotated[Decimal | None, SERVER_SET, INNER, Starts(Decimal("1.0"))] = None
    title: Annotated[str | None, SUMMARY, Says("e.g. Devis terrasse bois")] = None
    subtitle: str | None = None
    language: Annotated[str | None, SERVER_SET, INNER, Starts("fr")] = None
    billing_add_zip_code: Annotated[str | None, Says("e.g. 69003")] = None
    billing_add_city: Annotated[str | None, Says("e.g. Lyon")] = None
    billing_add_country: Annotated[str | None, Says("e.g. France")] = None
    billing_add_country_iso_3166_a3: Annotated[str | None, SERVER_SET, INNER] = None
    shipping_add_zip_code: Annotated[str | None, SERVER_SET] = None
    shipping_add_city: Annotated[str | None, SERVER_SET, Starts("")] = None
    shipping_add_country: Annotated[str | None, SERVER_SET] = None
    shipping_add_country_iso_3166_a3: Annotated[str | None, SERVER_SET, INNER] = None
    client_name: Annotated[str | None, SERVER_SET, SUMMARY] = None
    contact_id: Annotated[int | None, Ref("contact"), SUMMARY] = None
    firm_id: Annotated[int | None, Ref("firm"), SUMMARY] = None
    lead_id: Annotated[int | None, Ref("lead"), SERVER_SET] = None
    sheet_type: Annotated[str | None, PROPOSAL, SUMMARY, Starts("proposal")] = None
    manager_user_id: Annotated[int | None, SERVER_SET] = None
    party_idplus: Annotated[str | None, SERVER_SET, INNER] = None
    reduction_percent: Annotated[Decimal | None, Between(0, 100), Says("0 to 100")] = None
    reduction_currency: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    validity_show: Annotated[str | None, SERVER_SET, INNER] = None
    validity_date: Annotated[Day | None, SERVER_SET] = None
    hide_header: Annotated[str | None, SERVER_SET, INNER] = None
    sales_conditions_ufile_id: Annotated[int | None, SERVER_SET, INNER] = None
    background_opacity: Annotated[str | None, SERVER_SET, INNER] = None
    payable_now_ttc: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    payable_now_ttc_at: Annotated[str | None, SERVER_SET, INNER] = None
    payable_now_done: Annotated[str | None, SERVER_SET, INNER] = None
    should_override_shipping_name: Annotated[str | None, SERVER_SET, INNER] = None
    expenses_paid_for_customer_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    display_product_photos: Annotated[str | None, SERVER_SET, INNER] = None
    is_repeat: Annotated[str | None, SERVER_SET, INNER] = None
    is_export: Annotated[str | None, SERVER_SET, INNER] = None
    hide_header_location: Annotated[str | None, SERVER_SET, INNER] = None
    prev_contact_id: Annotated[int | None, SERVER_SET, INNER] = None
    prev_firm_id: Annotated[int | None, SERVER_SET, INNER] = None
    with_third_party: Annotated[str | None, SERVER_SET, INNER] = None
    party_origin_reference: Annotated[str | None, SERVER_SET, INNER] = None
    display_product_photos_highref: Annotated[str | None, SERVER_SET, INNER] = None
    margin_value: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    margin_value_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    margin_percent: Annotated[Decimal | None, SERVER_SET, INNER] = None  # a ratio, 1.0 is all of it
    eco_participation_ht_in_file_currency: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    late_penalty_show: Annotated[str | None, SERVER_SET, INNER] = None
    setup_done: Annotated[str | None, SERVER_SET, INNER] = None
    vat_value_id: Annotated[str | None, VAT] = None
    billing_add_name: Annotated[str | None, Says("second line of the address")] = None
    shipping_add_name: Annotated[str | None, SERVER_SET] = None
    override_shipping_name: Annotated[str | None, SERVER_SET, INNER] = None
    billing_add_street_address: Annotated[str | None, Says("e.g. 4 rue du Lac")] = None
    shipping_add_street_address: Annotated[str | None, SERVER_SET] = None
    party_agreement_text: Annotated[str | None, SERVER_SET, INNER] = None
    proposal_lines: Annotated[tuple[ProposalLine, ...] | None, Each("proposal_line", "line"), SERVER_SET] = None
    cash_deposits: Annotated[tuple[Deposit, ...] | None, Each("cash_deposit", "deposit"), SERVER_SET] = None


PROPOSALS = Resource(
    noun="proposal",
    plural="proposals",
    record=Proposal,
    wire=IncwoWire("/proposal_sheets", element="proposal_sheet"),
    toolset="incwo_sales",
    label=("reference", "title"),
    named_by=NamedBy(code="reference"),
    says="quotation, or delivery note",
    verbs=("list", "get", "create", "update", "delete"),
    filters=BY_CUSTOMER,
    same=SAME_SHEET,
    wording=Wording(caution="Its lines are written in incwo itself."),
)
