"""Read the columns of a record from its class and the marks in its annotations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from harvest_mcp.spec.marks import (  # fmt: skip
    Ahead,
    Along,
    Also,
    Between,
    Codes,
    CompanyName,
    Each,
    Era,
    Fixed,
    Follows,
    FromZero,
    Inner,
    Labels,
    Lines,
    Mail,
    Mails,
    Money,
    OneOf,
    Positive,
    Private,
    Ref,
    Refs,
    Required,
    Says,
    SeenIn,
    SentOnly,
    ServerSet,
    Starts,
    Summary,
    Table,
    TellsApart,
    Timed,
    Worded,
    money,
)
from harvest_mcp.spec.records import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a record. For a list of children, `type` is the class of a child."""

    name: str
    type: type
    many: bool
    says: str
    server_set: bool
    required: bool
    summary: bool
    lines: bool
    inner: bool
    sent_only: bool
    private: bool
    fixed: bool
    follows: bool
    worded: bool
    along: bool
    ref: str | None
    codes: tuple[tuple[str, str], ...]
    coded: str
    """The name of the code, such as `state`; empty for a column without codes."""
    choices: tuple[str, ...]
    each: Each | None
    eras: tuple[Era, ...]
    table: str = ""
    refs: str = ""
    mails: bool = False
    mail: bool = False
    labels: Callable[[str], str] | None = None
    ahead: bool = False
    positive: bool = False
    from_zero: bool = False
    money: bool = False
    between: Between | None = None
    timed: bool = False
    """Whether a date may carry a time of day."""
    also: str = ""
    starts: str | int | bool | Decimal | None = None
    """The vendor's default for a new record."""
    company: bool = False
    apart: bool = False
    """Whether questions show it although lists do not."""

    def read(self, value: Any) -> Any:
        """Return a given value as it is read: an amount of money with two decimals."""
        return money(value) if self.money and isinstance(value, Decimal) else value

    @property
    def argument(self) -> str:
        """The name of its tool argument: the noun for a reference, otherwise the column's own name."""
        return self.ref or self.name

    @property
    def identifies(self) -> bool:
        """Whether it holds the id of a record: its own, or of one it refers to."""
        return self.type is int and not self.many and (self.name == "id" or self.ref is not None)

    @property
    def bookkeeping(self) -> bool:
        """Whether it is the vendor's own bookkeeping: an id, a key, a timestamp."""
        return self.server_set and (self.inner or self.name == "id" or issubclass(self.type, datetime))

    @property
    def bytes(self) -> bool:
        """Whether it is the content of a file, in base64."""
        return self.sent_only and self.type is str and not (self.refs or self.mails or self.choices)


def _bare(annotation: object) -> tuple[type, bool]:
    """Return `(int, False)` for `int | None`, and `(Line, True)` for `tuple[Line, ...] | None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(_bare(arm) for arm in get_args(annotation) if arm is not NoneType)
    if get_origin(annotation) is tuple:
        return cast(type, get_args(annotation)[0]), True
    return cast(type, annotation), False


def _text(mark: object, name: str) -> str:
    """Return this attribute of a mark; empty if the column lacks the mark."""
    return str(getattr(mark, name, ""))


@cache
def fields(record: type[Part]) -> dict[str, Field]:
    """Return the columns of a record by name, in declared order, which is also the order in a request body."""
    return {name: _column(name, info) for name, info in record.model_fields.items()}


def _column(name: str, info: FieldInfo) -> Field:
    marks = {type(mark): mark for mark in info.metadata}
    says, ref, seen, codes = marks.get(Says), marks.get(Ref), marks.get(SeenIn), marks.get(Codes)
    kind, many = _bare(info.annotation)
    return Field(
        name=name,
        type=kind,
        many=many,
        says=says.text if says else "",
        server_set=ServerSet in marks,
        required=Required in marks,
        summary=Summary in marks,
        lines=Lines in marks,
        inner=Inner in marks,
        sent_only=SentOnly in marks,
        private=Private in marks,
        fixed=Fixed in marks,
        follows=Follows in marks,
        worded=Worded in marks,
        along=Along in marks,
        ahead=Ahead in marks,
        positive=Positive in marks,
        from_zero=FromZero in marks,
        money=Money in marks,
        between=marks.get(Between),
        timed=Timed in marks,
        ref=ref.noun if ref else None,
        codes=codes.words if codes else (),
        coded=codes.what if codes else "",
        choices=one_of.words if (one_of := marks.get(OneOf)) else (),
        each=marks.get(Each),
        eras=seen.eras if seen else ("classic", "docs", "late"),
        table=_text(marks.get(Table), "element"),
        refs=_text(marks.get(Refs), "noun"),
        mails=Mails in marks,
        mail=Mail in marks,
        labels=labels.of if (labels := marks.get(Labels)) else None,
        also=_text(marks.get(Also), "name"),
        starts=starts.value if (starts := marks.get(Starts)) else None,
        company=CompanyName in marks,
        apart=TellsApart in marks,
    )
