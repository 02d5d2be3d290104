"""Rows of contacts as read, by the columns a contact may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

COLUMNS = (
    *("first_name", "last_name", "name", "company", "title", "department", "salutation", "email"),
    *("phone_office", "phone_mobile", "phone", "fax", "street", "zip", "city", "country", "comment"),
)
"""The columns a contact may have in a file."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One contact: its line or number in the file, its values, why it cannot be read, and further values."""

    row: int
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    left: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """All rows, and in words how the file was understood."""

    rows: Sequence[ReadRow]
    understood: Sequence[str] = ()
