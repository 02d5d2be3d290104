"""Clauses of a resource: how it is narrowed, acted on, deleted and told apart. Data, and what follows from it alone."""

from dataclasses import dataclass
from typing import Literal

from harvest_mcp.spec.records import Scalar

Verb = Literal["list", "get", "create", "update", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A way to narrow a list. Exactly one of the three says who narrows it.

    `query`: the vendor, by this name in the query string. `path`: the vendor, under a path of its own, which holds
    the `{id}`, or the day of the year and the year of a day: `{day}/{year}`. `column`: this server, which `compares`
    the column. `brief` values are asked for as `20180131`, and as `yes` or `no`.
    """

    name: str
    type: type
    says: str
    query: str | None = None
    path: str | None = None
    column: str | None = None
    ref: str | None = None
    brief: bool = False
    words: tuple[str, ...] = ()
    """All that a text may be."""
    compares: Literal["is", "from", "before", "any"] = "is"
    tells: str = ""
    """The column that says which of the words a row has, where the vendor narrows; a word may cover several."""
    covers: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Calls that an administrator may make for another person, a `noun`; the id goes along in `query`."""

    noun: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that a record may have, one at most: its own address, and the name of the part it is sent as.

    `has` is the column that says whether there is one, `most` the largest in bytes that is sent, `kinds` the
    endings its name may have. Where the column `lies` names an address, the bytes are there, on another host. `off`:
    an update of `has` to false takes the file off.
    """

    noun: str
    path: str
    part: str
    has: str
    most: int
    kinds: tuple[str, ...]
    method: Literal["POST", "PATCH"] = "POST"
    lies: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A tool for an endpoint off the five verbs: it flips one boolean column of a record, or brings it `to` a value.

    `sets`: the endpoint itself only ever brings the column there; otherwise it flips whatever is. `by_name`: tools of
    their own make the call. `leaves` is what flipping back does not restore; where the column `once` is filled, nothing
    flips it back. A value may be a word of a text, such as a state; it is then only left `of` some others. `does` is
    what a person is asked leave for, where it `sets_off` what nothing takes back. `carries` is a kind of record, and
    its column, that a text sent along makes.
    """

    verb: str
    method: Literal["GET", "POST", "PUT"]
    path: str
    flips: str
    says: str
    yes: str = ""
    no: str = ""
    to: bool | str | None = None
    sets: bool = False
    by_name: bool = False
    leaves: tuple[str, ...] = ()
    once: str = ""
    of: tuple[str, ...] = ()
    tool: str = ""
    does: str = ""
    sets_off: str = ""
    carries: tuple[str, str] | None = None

    def word(self, value: object) -> str:
        """Return what people call a value of the column."""
        return value if isinstance(value, str) else self.yes if value else self.no


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Records that hang on another: they go with it when it is deleted, keep it from being deleted, or nobody knows.

    `sums` is the column that says what one is worth, in a `unit`.
    """

    noun: str
    by: str
    fate: Literal["goes", "blocks", "unknown"]
    words: str
    where: tuple[tuple[str, Scalar], ...] = ()
    sums: str = ""
    unit: str = ""

    @property
    def several(self) -> str:
        """`contacts`, of several."""
        return f"{self.words[:-1]}ies" if self.words.endswith("y") else f"{self.words}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """When two records look like one: within the same owner, all columns of any one group are equal.

    `sure`: the vendor keeps no second one, so nobody can insist. `lately` is the column that says when one was made,
    of what is often the same: only those of the last day count, and where there is no list to look in, none do.
    """

    any_of: tuple[tuple[str, ...], ...]
    within: str | None = None
    sure: bool = False
    lately: str = ""
