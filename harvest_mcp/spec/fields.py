"""The columns of a record, as they are read off its class and the marks on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Union, cast, get_args, get_origin

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
)
from harvest_mcp.spec.records import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One element of a record, as `fields` reads it off the class; of a list, `type` is that of one child."""

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
    """What a code is of, such as `state`; empty for a column without codes."""
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
    between: Between | None = None
    timed: bool = False
    """Whether people give a day its time, too."""
    also: str = ""
    starts: str | int | bool | Decimal | None = None
    """What a new record has here unless it is sent."""
    company: bool = False
    apart: bool = False
    """Whether questions tell it, beside the columns of lists."""

    @property
    def argument(self) -> str:
        """What callers name it: the noun for a reference, otherwise its own name."""
        return self.ref or self.name

    @property
    def bookkeeping(self) -> bool:
        """Whether only the vendor's own books need it: its id, its keys, when it was written."""
        return self.server_set and (self.inner or self.name == "id" or issubclass(self.type, datetime))

    @property
    def bytes(self) -> bool:
        """Whether it holds a file, in base64."""
        return self.sent_only and self.type is str and not (self.refs or self.mails or self.choices)


def _bare(annotation: object) -> tuple[type, bool]:
    """`int` for `int | None`, and whether there may be many: `Line` and True for `tuple[Line, ...] | None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(_bare(arm) for arm in get_args(annotation) if arm is not NoneType)
    if get_origin(annotation) is tuple:
        return cast(type, get_args(annotation)[0]), True
    return cast(type, annotation), False


def _text(mark: object, name: str) -> str:
    """Return what a mark says under this name; empty without the mark."""
    return str(getattr(mark, name, ""))


@cache
def fields(record: type[Part]) -> dict[str, Field]:
    """Return the elements of a record by name, in declared order, which is the order they are written in."""
    read: dict[str, Field] = {}
    for name, info in record.model_fields.items():
        marks = {type(mark): mark for mark in info.metadata}
        says, ref, seen, codes = marks.get(Says), marks.get(Ref), marks.get(SeenIn), marks.get(Codes)
        kind, many = _bare(info.annotation)
        read[name] = Field(
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
    return read
