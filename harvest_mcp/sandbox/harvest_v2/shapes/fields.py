"""Fields of records: name and type in JSON, column, and whether creates and updates accept them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from harvest_mcp.sandbox.harvest_v2.visit import Visit, texts
from harvest_mcp.sandbox.harvest_v2.wire.receive import BadValue, Kind, read
from harvest_mcp.sandbox.store import Row
from harvest_mcp.spec import Value

Show = Callable[[Visit, Row], object]
ABSENT = object()
"""Returned by `show` to omit the field."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field; `takes` contains `c` if creates accept it, `u` if updates do, `!` if it is required.

    `column` is the column if its name differs, `flip` says that the column means the opposite, `fresh` is the default
    on create, `null` is shown for a null. `show` computes the value from the row instead. `form` is the only form of
    the API with it; a `written` field is in requests only.
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
        """The name in messages: `Project` for `project_id`."""
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
    """Return the columns that a body sets, and its problems; ignore members that are not accepted."""
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
    """Put a value into the row; return its problems."""
    try:
        found = read(field.kind, "" if value is None and field.kind == "text" and field.null == "" else value)
    except BadValue:
        if value == "" and field.kind != "text":  # as a form sends null
            row[field.stored] = None
            return []
        return [f"Invalid {field.name}: {value}" if field.kind in ("date", "dt") else f"{field.label} is invalid"]
    if field.choices and found is not None and found not in field.choices:
        return [f"{field.label} is not included in the list"]
    if field.kind == "bool" and found is None:  # null is neither
        return []
    row[field.stored] = found != field.flip if field.kind == "bool" else found
    return []
