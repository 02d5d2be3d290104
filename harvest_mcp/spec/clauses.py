"""Clauses of a resource: filters, actions, attachments, dependents and what counts as a duplicate."""

from dataclasses import dataclass
from typing import Literal

from harvest_mcp.spec.records import Scalar

Verb = Literal["list", "get", "create", "update", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """An argument that narrows a list. Exactly one of `query`, `path` and `column` says who applies it.

    `query`: the vendor, as this parameter; the sandbox compares the column called `name`, or that of `ref`. `path`: the
    vendor, at a path of its own with `{id}`, or with `{day}/{year}` (day of the year). `column`: this server, by
    comparing that column. `brief` sends dates as `20180131` and booleans as `yes` or `no`.
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
    """The allowed values of a text filter; empty for any text."""
    compares: Literal["is", "from", "before", "any"] = "is"
    dates: str = ""
    """The column whose day a period goes by, where records change afterwards: of an invoice its issue."""
    tells: str = ""
    """The column to check the vendor's filtering by; one word of the filter may match several of its values."""
    covers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Words that match several values; the first value of each is what people may call all of them."""

    def narrower(self, word: str) -> tuple[str, tuple[str, ...]] | None:
        """Return the word that matches this value and others that it may be meant to include, and these others."""
        return next(((wide, of[1:]) for wide, of in self.covers if word == of[0]), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Calls an administrator may make on behalf of another person, a `noun`, whose id is sent as `query`."""

    noun: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """The one file a record may have: the path to upload it to, and the name of its multipart field.

    `has` is the column that tells whether there is one, `most` the largest upload in bytes, `kinds` the file name
    extensions accepted. `lies` is the column with the download address if the file is served from another host. `off`:
    an update that sets `has` to false removes the file.
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
    """A tool for an endpoint beyond the five verbs: it toggles a boolean column, or sets a column `to` a value.

    `sets`: the endpoint only ever sets the column to that value; otherwise it toggles. `by_name`: hand-written tools
    make the call. `leaves` lists side effects that toggling back does not undo; a record whose column `once` is filled
    cannot be toggled back. For a text column such as a state, `of` lists the values it may come from. `does` is the
    verb in the question to a person, asked if the action `sets_off` something irreversible. `carries` is the kind of
    record, and its text column, that the call creates along with it.
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
        """Return the word people use for a value of the column."""
        return value if isinstance(value, str) else self.yes if value else self.no


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """Records that refer to this one: a delete takes them along (`goes`), is refused because of them (`blocks`), or
    `unknown`.

    `sums` is the column whose total is shown in the question, in a `unit`.
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
        """The plural, `contacts`."""
        return f"{self.words[:-1]}ies" if self.words.endswith("y") else f"{self.words}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """When two records count as duplicates: all columns of any one group are equal, within the same owner.

    `sure`: the vendor itself refuses a second one, so the caller cannot insist. `lately` is the column with the
    creation time, for records that legitimately repeat: only those of the last 24 hours count, and none where there is
    no list to check.
    """

    any_of: tuple[tuple[str, ...], ...]
    within: str | None = None
    sure: bool = False
    lately: str = ""
