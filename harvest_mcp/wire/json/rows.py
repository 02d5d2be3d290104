"""Create many records at once with pydantic-core, if every value is regular; any other page is left to `records`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as core

from harvest_mcp.spec import Field, Part, fields, money
from harvest_mcp.wire.json import quick

Convert = Callable[[Any], Any]
LARGEST = 10**18
"""The least number that no column can hold."""
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
"""The forms of dates and instants: pydantic would also parse others, which `records` does not."""
KINDS: Mapping[type, core.CoreSchema] = {
    str: core.str_schema(strict=True),
    bool: core.bool_schema(strict=True),
    int: core.int_schema(strict=True, lt=LARGEST, gt=-LARGEST),
    Decimal: core.is_instance_schema(Decimal),
    date: core.chain_schema([core.str_schema(strict=True, pattern=DAY), core.date_schema()]),
    datetime: core.chain_schema([core.str_schema(strict=True, pattern=INSTANT), core.datetime_schema()]),
}
ID = core.int_schema(strict=True, lt=LARGEST, ge=0)
KEPT = 64
"""The most sets of names to keep a validator for."""
NOWHERE = "\ue000"
"""A name that no value has."""
NONE: Mapping[str, core.CoreSchema] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Columns:
    """The scalar columns of a record: the name of each, `client.id` for a nested object, and its validator."""

    record: type[Part]
    called: Mapping[str, str]
    schemas: Mapping[str, core.CoreSchema]

    @property
    def from_dicts(self) -> bool:
        """Whether rows must become dicts first: to keep Decimals' digits, or to see that an object is there."""
        decimals = any(item.type is Decimal for item in fields(self.record).values())
        return decimals or any(key == "?" for _, key, _ in self.within)

    @property
    def within(self) -> tuple[tuple[str, str, str], ...]:
        """Those in a nested object: its name, the key in it, and both together."""
        parted = ((*name.partition("."), name) for name in self.called.values())
        return tuple((outer, key, name) for outer, _, key, name in parted if key)

    def made(self, names: Collection[str], others: Mapping[str, core.CoreSchema] = NONE) -> core.CoreSchema:
        """Return what creates a record from a row with exactly these names; `others` fill no column.

        All rows share one set of the columns that came, as creating it takes as long as everything else.
        """
        came = {name for name, at in self.called.items() if at.partition(".")[0] in names}

        def made(values: dict[str, Any]) -> tuple[dict[str, Any], None, set[str]]:
            for name in others:
                del values[NOWHERE + name]
            return values, None, came

        cells = {name: self._cell(name, there=self.called[name] in names) for name in self.schemas}
        cells |= {NOWHERE + at: core.typed_dict_field(each, validation_alias=_alias(at)) for at, each in others.items()}
        row = core.no_info_after_validator_function(made, core.typed_dict_schema(cells))
        return core.model_schema(self.record, row, frozen=True)

    def _cell(self, name: str, *, there: bool) -> core.TypedDictField:
        alias = _alias(self.called[name])
        if there or self.record.model_fields[name].is_required():
            return core.typed_dict_field(self.schemas[name], validation_alias=alias)
        return core.typed_dict_field(self.usual(name), required=False, validation_alias=alias)

    def usual(self, name: str) -> core.CoreSchema:
        """Return the validator of a column, which fills in its default."""
        info = self.record.model_fields[name]
        made = self.schemas[name]
        return made if info.is_required() else core.with_default_schema(made, default=info.default)


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Creates many records of one kind from dicts. `alike` returns the validator for rows with exactly these names."""

    validator: SchemaValidator
    alike: Callable[[frozenset[str]], SchemaValidator]
    within: tuple[tuple[str, str, str], ...]

    def page(self, body: bytes, plural: str) -> tuple[Sequence[Any], Mapping[str, Any]] | None:
        """Return the records of a page with its other values; None if something is unusual."""
        told = quick.parse(body, plural)
        rows = self.read(told[plural]) if told else None  # type: ignore[arg-type]  # a list of mappings, as parse has it
        return (rows, told) if rows and told else None

    def read(self, rows: list[dict[str, Any]]) -> Sequence[Any] | None:
        """Return the records of rows, which are consumed; None if a value is unusual."""
        names = frozenset[str]().union(*rows)
        same = {*map(len, rows)} == {len(names)}
        try:
            for outer, key, called in self.within:
                if same and key != "?":
                    _objects(rows, outer)
                else:
                    _lift(rows, outer, key, called)
            validator = self.alike(names) if same else self.validator
            found: list[Any] = validator.validate_python(rows)
        except (KeyError, ValueError):
            return None
        return found


def single_cells(
    record: type[Part], names: Mapping[str, str], reads: Mapping[str, Convert], unsent: Iterable[str]
) -> Columns | None:
    """Return the columns of a record; None if one is not a scalar.

    `names` are columns with other names, `reads` converters from the wire's form; `unsent` are columns that never come.
    """
    rules = record.__pydantic_decorators__
    own = rules.model_validators or rules.field_validators or record.__pydantic_post_init__
    known = fields(record)
    alone = all(item.type in KINDS and not (item.many or item.table or item.also) for item in known.values())
    if own or not alone or record.model_config.get("extra") == "allow":
        return None
    called = {name: NOWHERE if name in unsent else names.get(name, name) for name in known}
    schemas = {name: _column(record, item, called[name], reads.get(name)) for name, item in known.items()}
    return Columns(record, called, schemas)


def at_once(of: Columns) -> AtOnce:
    """Return what creates records of many rows."""
    cells = {name: core.model_field(of.usual(name), validation_alias=at) for name, at in of.called.items()}
    row = core.model_schema(of.record, core.model_fields_schema(cells), frozen=True)

    @lru_cache(maxsize=KEPT)
    def alike(names: frozenset[str]) -> SchemaValidator:
        return SchemaValidator(core.list_schema(of.made(names), fail_fast=True), _use_prebuilt=False)

    # Else a record that has been read before brings its own validator, which knows columns by their own names.
    return AtOnce(SchemaValidator(core.list_schema(row, fail_fast=True), _use_prebuilt=False), alike, of.within)


def _alias(called: str) -> str | list[str | int]:
    outer, _, key = called.partition(".")
    return [outer, key] if key and key != "?" else called


def _column(record: type[Part], item: Field, called: str, reads: Convert | None) -> core.CoreSchema:
    info = record.model_fields[item.name]
    schema = ID if item.identifies else KINDS[bool if called.endswith(".?") else item.type]
    if not info.is_required():
        schema = core.nullable_schema(schema)
    for convert in (reads, money if item.money else None):
        if convert:
            schema = core.no_info_after_validator_function(convert, schema)
    return schema


def _objects(rows: list[dict[str, Any]], outer: str) -> list[Any]:
    """Return the nested object of each row, or null.

    Raises:
        KeyError, ValueError: a row lacks it, or it is something else.
    """
    if outer not in rows[0] and not any(outer in row for row in rows):
        return []
    values = [row[outer] for row in rows]
    if not {*map(type, values)} <= {dict, type(None)}:
        raise ValueError
    return values


def _lift(rows: list[dict[str, Any]], outer: str, key: str, called: str) -> None:
    """Copy a value of a nested object into each row, if there are any; `?` is whether the object is there.

    Raises:
        KeyError, ValueError: as `_objects`.
    """
    values = _objects(rows, outer)
    for row, value in zip(rows, values, strict=True) if values else ():
        if key == "?":
            row[called] = value is not None
        else:
            row[called] = None if value is None else value.get(key)
