"""What all incwo rows have in common: undocumented elements are kept, as text."""

from datetime import date, datetime

from pydantic import ConfigDict

from harvest_mcp.spec import Child, Filter, Record, Same

Day = date | datetime
"""A date, perhaps with a time on France's clock (incwo 4.1); not an instant."""


BOOKS = (
    r"id|(created|updated|modified)_at|(creator|modifier|business_file)_id|prev_\w+|\w+_prev_id|\w+_in_file_currency"
    r"|\w+_iso_3166_a3|\w*exchange_rate(_date)?"
)
"""Keys, timestamps, copies (incwo 7, 13)."""


class Row(Record):
    """A record with everything else the vendor sends, dashed custom fields included (incwo 4, 13)."""

    model_config = ConfigDict(frozen=True, extra="allow")
    follow = rf"{BOOKS}|first_last_name|firm_name|client_name|party_idplus|name_soundex|upload_file_size"


class Line(Child):
    """The same for a child."""

    model_config = ConfigDict(frozen=True, extra="allow")
    follow = (
        rf"{BOOKS}|(contact|firm|bill_sheet|proposal_sheet)_id|object_z(name|id)|normalized_phone|billing_date"
        r"|sheet_(type|progress_id|name|id)|ordering|vat_value|total_price(_with_taxes)?"
    )


BY_CUSTOMER = (
    Filter(name="contact", type=int, column="contact_id", ref="contact", says="id or exact name"),
    Filter(name="firm", type=int, column="firm_id", ref="firm", says="id or exact name"),
)
"""Filters of records that refer to a contact or a firm."""
SAME_SHEET = Same(any_of=(("contact_id", "title", "billing_date"), ("firm_id", "title", "billing_date")))
"""When two invoices, or two proposals, count as duplicates."""
