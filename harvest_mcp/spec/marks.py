"""Marks on the columns of a record: what the vendor does with an element, and what people are told of it.

Those without a value are plain classes: making a dataclass takes a third of a millisecond of every start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Era = Literal["classic", "docs", "late"]


class ServerSet:
    """The vendor sets this element; it is never sent."""


class Required:
    """A create must carry this element, and an update must not empty it."""


class Summary:
    """Shown in lists unless other fields are asked for, and searched by `query`."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Holds the id of another record; people and models name that record by `noun`, with an id or an exact name."""

    noun: str


@dataclass(frozen=True, slots=True)
class Says:
    """What a model reads about the element: its meaning, its unit, an example."""

    text: str


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The eras of the vendor's API in which bodies carry this element (harvest-v1 0.2)."""

    eras: tuple[Era, ...]


class Lines:
    """A text of several lines."""


class TellsApart:
    """Tells a record from its namesakes in questions, though lists do not show it: a town, an address."""


class Inner:
    """Of the vendor's own housekeeping: told with one record, not offered as a column of lists."""


@dataclass(frozen=True, slots=True)
class Codes:
    """A text that the wire has as a code: `(code, word)` pairs.

    A code without a word is an account's own: it is told as `unknown state (620105)`, where `what` is `state`, and sent
    as that number.
    """

    words: tuple[tuple[str, str], ...]
    what: str = "code"


@dataclass(frozen=True, slots=True)
class Each:
    """What one of a list of children is called: `element` on the wire, `noun` by people.

    `fixed` ones are written with their record, and not changed afterwards.
    """

    element: str
    noun: str
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text that people write as one of these; what else the vendor sends is read as it comes."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starts:
    """What the vendor gives a new record here, unless the create sends something else."""

    value: str | int | bool | Decimal


class Fixed:
    """Said when a record is made, and never changed."""


class Along:
    """Every update carries this element, as it stands where it does not change."""


class Follows:
    """Told beside another column, and what it says follows from that one: such as the name behind an id."""


class Ahead:
    """A day that mostly lies ahead: people do not name it by a weekday, which elsewhere is the most recent one."""


class Timed:
    """A day that people give its time, too: on the account's own clocks, without a zone."""


class Positive:
    """An amount above zero, although the vendor's document does not say so; what else it sends is read as it comes."""


class FromZero:
    """A figure not below zero, although the vendor's document does not say so; what it sends is read as it comes."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number that goes from `least` to `most`; what else the vendor sends is read as it comes."""

    least: int
    most: int | None = None


class Worded:
    """A day or an instant that also comes in words: `Wed, 18 Oct 2006`."""


class SentOnly:
    """Sent, and never read back."""


class Private:
    """Shown to nobody but the vendor and the journal unless the operator says so: all but its last characters."""


@dataclass(frozen=True, slots=True)
class Table:
    """A list of children that the wire has as CSV text in one `element`, its header the children's columns.

    They have no ids of their own: each is known by its place, from 1.
    """

    element: str


@dataclass(frozen=True, slots=True)
class Refs:
    """Holds the ids of several other records, joined by commas."""

    noun: str


class Mails:
    """Holds e-mail addresses, joined by commas."""


class Mail:
    """Holds one e-mail address, or may."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Holds the vendor's own long words for something; `of` gives them for a short one."""

    of: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Also:
    """Another name the vendor calls the element by in what it sends."""

    name: str


class CompanyName:
    """Names a company, whose legal form may be left off."""


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
WORDED = Worded()
SENT_ONLY = SentOnly()
PRIVATE = Private()
COMPANY = CompanyName()
