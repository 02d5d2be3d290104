"""Marks on the columns of a record: how the vendor treats an element, and how it is presented.

Those without a value are plain classes: creating a dataclass costs a third of a millisecond at every start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Era = Literal["classic", "docs", "late"]


class ServerSet:
    """Set by the vendor, never sent."""


class Required:
    """A create must send it, and an update must not empty it."""


class Summary:
    """Shown in lists by default, and searched by `query`."""


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of another record, of kind `noun`; arguments take that record's id or exact name."""

    noun: str


@dataclass(frozen=True, slots=True)
class Says:
    """A description for models: meaning, unit, example."""

    text: str


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The eras of the vendor's API in which bodies have this element (harvest-v1 0.2)."""

    eras: tuple[Era, ...]


class Lines:
    """A text with line breaks."""


class TellsApart:
    """Shown in questions to tell namesakes apart, though not in lists: a town, an address."""


class Inner:
    """The vendor's bookkeeping: shown with a single record, not offered as a column of lists."""


@dataclass(frozen=True, slots=True)
class Codes:
    """A text that the wire has as a code, by `(code, word)` pairs.

    A code without a word is the account's own: it is shown as `unknown state (620105)`, where `what` is `state`, and
    sent as that number.
    """

    words: tuple[tuple[str, str], ...]
    what: str = "code"


@dataclass(frozen=True, slots=True)
class Each:
    """A list of children: `element` names one on the wire, `noun` in tools.

    `fixed` children are written with their record and cannot be changed later.
    """

    element: str
    noun: str
    fixed: bool = False

    @property
    def word(self) -> str:
        """The noun for people: `cost line`."""
        return self.noun.replace("_", " ")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text of which callers write one of these words; anything else the vendor sends is read unchanged."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starts:
    """The vendor's default for a new record."""

    value: str | int | bool | Decimal


class Fixed:
    """Given by a create, never changed."""


class Along:
    """Sent with every update, with its present value if it does not change."""


class Follows:
    """Derived from another column, such as the name behind an id."""


class Ahead:
    """A date that is mostly in the future; weekday names, which elsewhere mean the most recent one, are refused."""


class Timed:
    """A date that may carry a time of day, on the account's clock and without a zone."""


class Positive:
    """An amount above zero, as the vendor requires without documenting it; what it sends is read unchanged."""


class FromZero:
    """A number from zero up, as the vendor requires without documenting it; what it sends is read unchanged."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `least` to `most`; anything else the vendor sends is read unchanged."""

    least: int
    most: int | None = None


class Money:
    """An amount of money, read with two decimals or more: vendors send 80, 80.0 and 80.0000."""


def money(value: Decimal | None) -> Decimal | None:
    """Return an amount with two decimals, or with those more that it has: `80.00`, `0.485`, and `0.00` for `-0.0`."""
    if value is None:
        return None
    whole, _, decimals = f"{value or abs(value):f}".partition(".")
    return Decimal(f"{whole}.{decimals.rstrip('0'):0<2}")


class Worded:
    """A date or time that may also come in words: `Wed, 18 Oct 2006`."""


class SentOnly:
    """Sent, never read back."""


class Private:
    """Masked but for its last characters in everything shown, unless the operator allows it; the journal has it in
    full."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list of children that the wire has as CSV in `element`, with the children's columns as header.

    They have no ids: each is addressed by its position, from 1.
    """

    element: str


@dataclass(frozen=True, slots=True)
class Refs:
    """The ids of several records, joined by commas."""

    noun: str


class Mails:
    """E-mail addresses, joined by commas."""


class Mail:
    """One e-mail address, or a text that may be one."""


@dataclass(frozen=True, slots=True)
class Labels:
    """A value with a long official form; `of` returns it for a short one."""

    of: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Also:
    """Another name under which the vendor sends the element."""

    name: str


class CompanyName:
    """A company name, which may be given without its legal form."""


# Marks without a value, as a column has them; what each means stands with its class.
SERVER_SET = ServerSet()
REQUIRED = Required()
SUMMARY = Summary()
LINES = Lines()
APART = TellsApart()
INNER = Inner()
FIXED = Fixed()
ALONG = Along()
FOLLOWS = Follows()
AHEAD = Ahead()
TIMED = Timed()
POSITIVE = Positive()
FROM_ZERO = FromZero()
MONEY = Money()
WORDED = Worded()
SENT_ONLY = SentOnly()
PRIVATE = Private()
COMPANY = CompanyName()
