"""Reports: rows that this server reads and adds up, and those that the vendor adds up itself. Data only."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from harvest_mcp.spec.clauses import Filter
from harvest_mcp.spec.records import Record
from harvest_mcp.spec.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What rows may be grouped by: a record of `noun`, whose id is in `column`.

    `column` belongs to the row, or, with `through`, to the record of that other side. `missed`: records without any row
    are reported too. `named` is the column of the row with the record's name, if rows have one.
    """

    name: str
    noun: str
    column: str
    through: str = ""
    missed: bool = False
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """A boolean of a row, from the first of `columns` that is not None; an id counts as true.

    `yes` and `no` are the filters by which the vendor returns only such rows.
    """

    name: str
    columns: tuple[str, ...]
    yes: str = ""
    no: str = ""

    def of(self, row: object) -> bool | None:
        """Return the value for a row; None if no column tells it."""
        for column in self.columns:
            if (value := getattr(row, column, None)) is not None:
                return bool(value)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A way to read rows: all of one record of a side.

    `by` is the filter that takes the record's id; empty to read all rows. `asks` are the filters the vendor applies
    here. `known` roads may be taken for every record in turn; others only if the caller named the record.
    """

    side: str
    by: str
    asks: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is added up: the column `measure` of the rows, dated by the column `day`.

    With a `unit` the measure is a quantity and `rate` the column of its unit price; otherwise it is money. Its currency
    comes from a record, `currency` being its side and column, or from the column `coded` of the row. `billed` and
    `billable` name traits. `timer` are the columns with a timer's start and with the measure including it.
    """

    name: str
    says: str
    toolset: str
    rows: Resource[Record]
    roads: tuple[Road, ...]
    sides: tuple[Side, ...]
    traits: tuple[Trait, ...]
    day: str
    measure: str
    currency: tuple[str, str]
    coded: str = ""
    unit: str = ""
    rate: str = ""
    timer: tuple[str, str] | None = None
    billable: str = "billable"
    billed: str = "billed"

    def columns(self, by: Collection[str]) -> frozenset[str]:
        """Return the columns needed of a row, grouped by these sides."""
        sides = (side.column for side in self.sides if not side.through)
        names = (side.named for side in self.sides if side.name in by)
        traits = (column for trait in self.traits for column in trait.columns)
        return frozenset({self.day, self.measure, self.rate, self.coded, *(self.timer or ()), *sides, *names, *traits})

    def side(self, name: str) -> Side:
        return next(side for side in self.sides if side.name == name)

    def trait(self, name: str) -> Trait:
        return next(trait for trait in self.traits if trait.name == name)

    def filter(self, name: str) -> Filter:
        return next(each for each in self.rows.filters if each.name == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyReport:
    """A report that the vendor adds up itself, one row per record, in one call.

    It covers a period of at most `longest` days, or the present state if that is 0. Its arguments are the `sides` and
    the boolean filters of its rows. `columns` are shown and `sums` are totalled; those in `money` are totalled by
    `currency`. Rows without a value in any column of `empty` are left out; the rest are sorted by `largest` within each
    currency. `lacks` says which records have no row, and `shows` what a user with a limited role sees. `priced` are the
    columns of hours, of what they and expenses come to, and of expenses alone.
    """

    name: str
    says: str
    toolset: str
    rows: Resource[Record]
    sides: tuple[Side, ...]
    columns: tuple[str, ...]
    largest: str
    longest: int = 0
    sums: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    currency: str = ""
    empty: tuple[str, ...] = ()
    lacks: str = ""
    shows: str = ""
    priced: tuple[str, ...] = ()


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return `part` of `whole` in per cent, to one decimal, halves rounded up."""
    with localcontext(Context(prec=200)):
        return (100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
