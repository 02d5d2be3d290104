"""A field of a record: its name and kind on the wire, its column, and in which bodies it is taken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harvest_mcp.sandbox.harvest_v2.visit import Visit, texts
from harvest_mcp.sandbox.harvest_v2.wire.receive import BadValue, Kind, read
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Value

Show = Callable[[Visit, Row], object]
ABSENT = object()
"""What a field shows that is left out of this answer."""


@dataclass(frozen=True, slots=True)
class Field:
    """`takes` holds `c` where a create reads it, `u` where an update does, `!` where a create needs it.

    `column` is where it is stored if that is called otherwise, `flip` says that the column means the opposite,
    `fresh` is what a create starts with, `null` how a null is told. `show` works the value out of the row instead.
    `form` is the form of the API it is only in; one that is `written` only is never told.
    """

    name: str
    kind: Kind
    takes: str = ""
    column: str = ""
    fresh: Value = None
    null: Value = None
    flip: bool = False
    choices: tuple[str, ...] = ()
    show: Show | None = None
    form: str = ""
    written: bool = False

    @property
    def stored(self) -> str:
        return self.column or self.name

    @property
    def label(self) -> str:
        """`project_id` as `Project`."""
        return self.name.removesuffix("_id").replace("_", " ").capitalize()


def told(fields: Iterable[Field], visit: Visit, row: Row) -> dict[str, object]:
    """Return a row as its JSON object."""
    shown: dict[str, object] = {}
    for field in fields:
        if field.written or (field.form and field.form != visit.settings.form):
            continue
        value = field.show(visit, row) if field.show else _value(field, row[field.stored])
        if value is not ABSENT:
            shown[field.name] = value
    return shown


def _value(field: Field, stored: Value) -> object:
    if field.kind == "texts":
        return list(texts(stored))
    if field.kind == "bool":
        return bool(stored) != field.flip
    return field.null if stored is None else stored


def taken(fields: Iterable[Field], values: Mapping[str, object], *, create: bool) -> tuple[Row, list[str]]:
    """Return the columns that a body sets, and what is wrong with it; members that are not taken are passed over."""
    row: Row = {}
    problems: list[str] = []
    for field in fields:
        letter = "c" if create else "u"
        if letter not in field.takes:
            continue
        wrong = _take(field, values[field.name], row) if field.name in values else []
        if create and field.name not in values and field.fresh is not None:
            row[field.stored] = field.fresh != field.flip if field.kind == "bool" else field.fresh
        needed = "!" in field.takes and (create or field.name in values)
        if needed and not wrong and row.get(field.stored) in (None, ""):
            wrong = [f"{field.label} can't be blank"]
        problems += wrong
    return row, problems


def _take(field: Field, value: object, row: Row) -> list[str]:
    """Put a value into the row; what is wrong with it instead."""
    try:
        found = read(field.kind, "" if value is None and field.kind == "text" and field.null == "" else value)
    except BadValue:
        if value == "" and field.kind != "text":  # as a form says nothing
            row[field.stored] = None
            return []
        return [f"Invalid {field.name}: {value}" if field.kind in ("date", "dt") else f"{field.label} is invalid"]
    if field.choices and found is not None and found not in field.choices:
        return [f"{field.label} is not included in the list"]
    if field.kind == "bool" and found is None:  # nothing is neither
        return []
    row[field.stored] = found != field.flip if field.kind == "bool" else found
    return []
