"""Reports: rows that a vendor gives raw, under other records and period by period, for us to add up. Data only."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from harvest_mcp.spec.clauses import Filter
from harvest_mcp.spec.records import Record
from harvest_mcp.spec.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Something that rows are told apart by: a record of `noun`, whose id is in `column`.

    The column is one of the row, or of the record of another side that it is found `through`. Of a side that may be
    `missed` those without a row are told too. `named` is the column of the row with its name, where rows tell that.
    """

    name: str
    noun: str
    column: str
    through: str = ""
    missed: bool = False
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """A yes or no of a row, by the first of the columns that tells it: an id tells it by being there.

    `yes` and `no` are the filters that ask the vendor for rows of one kind.
    """

    name: str
    columns: tuple[str, ...]
    yes: str = ""
    no: str = ""

    def of(self, row: object) -> bool | None:
        """Return what a row says; None where it does not."""
        for column in self.columns:
            if (value := getattr(row, column, None)) is not None:
                return bool(value)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A way to the rows: all under one record of a side.

    `by` is the filter that holds its id, and without one these are all rows; the vendor narrows by those of `asks`.
    `known` roads are taken to go through everything; another only when its record was named.
    """

    side: str
    by: str
    asks: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is added up: `measure`, a column of the rows, which fall on the day in the column `day`.

    With a `unit` the measure is so many of it, and `rate` the column of the price of one; otherwise it is money.
    Money is in the currency of a record: `currency` is its side and column, or the column `coded` of the row has its
    code. `billed` and `billable` are traits.
    `timer` are the columns of when a timer was started and of the measure with it.
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
        """Return what of a row is needed for it, told apart by these sides."""
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
    """A report that the vendor adds up itself, with a row for each record, at the cost of one call.

    It is of a period of at most `longest` days, or with 0 as things stand. Its arguments are the `sides` of a row, and
    the filters of the rows that take a yes or no. `columns` are told, and those of `sums` added up: what is `money` by
    `currency`. A row is left out where it has nothing in the columns of `empty`; the others come by `largest`, currency
    by currency. `lacks` says of what there is no row, and `shows` what one sees whose role is limited.
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


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return how much of a whole a part is, as so many of a hundred with one place; a half goes up."""
    with localcontext(Context(prec=200)):
        return (100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
