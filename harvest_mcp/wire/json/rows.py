"""Many rows made at once by pydantic-core, where every cell is as it should be; any other leaves them to `records`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic_core import SchemaValidator
from pydantic_core import core_schema as core

from harvest_mcp.spec import Field, Part, fields

Convert = Callable[[Any], Any]
LARGEST = 10**19
"""The first number that no column holds."""
LENGTH, MARKS = 20, ((4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z"))
"""How long an instant is, and what stands between its digits: `2026-01-31T09:00:00Z`."""
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
KINDS: Mapping[type, core.CoreSchema] = {
    str: core.str_schema(strict=True),
    bool: core.bool_schema(strict=True),
    int: core.int_schema(strict=True, lt=LARGEST, gt=-LARGEST),
    Decimal: core.is_instance_schema(Decimal),
    date: core.chain_schema([core.str_schema(strict=True, pattern=DAY), core.date_schema()]),
    datetime: core.datetime_schema(),
}
KEPT = 64
"""Sets of names for which there is a validator."""
NOWHERE = "\ue000"
"""A name that nothing goes by."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What makes many rows of one record.

    `within` are columns that come in an object: its name, the key in it, and both together; `instants` are the names of
    columns whose spelling is looked at before. `alike` gives what makes rows that have just these names, all of them:
    each shares one set of the columns that came, whose making takes as long as all else.
    """

    validator: SchemaValidator
    alike: Callable[[frozenset[str]], SchemaValidator]
    within: tuple[tuple[str, str, str], ...]
    instants: tuple[str, ...]
    exact: bool
    """Whether a column holds decimals."""

    def read(self, rows: list[dict[str, Any]]) -> Sequence[Any] | None:
        """Return the records of rows, which are used up; None where a cell takes a closer look."""
        names = frozenset[str]().union(*rows)
        same = {*map(len, rows)} == {len(names)}
        try:
            for outer, key, called in self.within:
                if same and key != "?":
                    _objects(rows, outer)
                else:
                    _lift(rows, outer, key, called)
            if not all(_spelled([row[name] for row in rows]) for name in self.instants if name in rows[0]):
                return None
            validator = self.alike(names) if same else self.validator
            found: list[Any] = validator.validate_python(rows)
        except (KeyError, ValueError):
            return None
        return found


def at_once(
    record: type[Part], names: Mapping[str, str], reads: Mapping[str, Convert], unsent: Iterable[str]
) -> AtOnce | None:
    """Return what makes rows of a record; None where that takes more than a value in each of its columns.

    `names` are those that columns go by where not by their own, `reads` turns values from the wire's form; `unsent`
    are columns that never come.
    """
    rules = record.__pydantic_decorators__
    own = rules.model_validators or rules.field_validators or record.__pydantic_post_init__
    known = fields(record)
    alone = all(item.type in KINDS and not (item.many or item.table or item.also) for item in known.values())
    called = {name: NOWHERE if name in unsent else names.get(name, name) for name in known}
    instants = tuple(called[name] for name, item in known.items() if item.type is datetime)
    if own or not alone or record.model_config.get("extra") == "allow" or any("." in name for name in instants):
        return None
    within = ((outer, key, name) for name in called.values() for outer, _, key in [name.partition(".")] if key)
    schemas = {name: _column(record, item, called[name], reads.get(name)) for name, item in known.items()}
    columns = {name: core.model_field(schema, validation_alias=called[name]) for name, schema in schemas.items()}
    row = core.model_schema(record, core.model_fields_schema(columns), frozen=True)
    exact = any(item.type is Decimal for item in known.values())
    # Else a record that has been read before brings its own validator, which knows columns by their own names.
    validator = SchemaValidator(core.list_schema(row), _use_prebuilt=False)
    return AtOnce(validator, _alike(record, schemas, called), tuple(within), instants, exact)


def _alike(
    record: type[Part], schemas: Mapping[str, core.CoreSchema], called: Mapping[str, str]
) -> Callable[[frozenset[str]], SchemaValidator]:
    """Return what gives the validator of rows with the same names."""

    @lru_cache(maxsize=KEPT)
    def alike(names: frozenset[str]) -> SchemaValidator:
        told = {name for name, at in called.items() if at.partition(".")[0] in names}

        def made(values: dict[str, Any]) -> tuple[dict[str, Any], None, set[str]]:
            return values, None, told

        columns = {
            name: core.typed_dict_field(
                schema, required=record.model_fields[name].is_required(), validation_alias=_alias(called[name])
            )
            for name, schema in schemas.items()
        }
        row = core.no_info_after_validator_function(made, core.typed_dict_schema(columns))
        return SchemaValidator(core.list_schema(core.model_schema(record, row, frozen=True)), _use_prebuilt=False)

    return alike


def _alias(called: str) -> str | list[str | int]:
    outer, _, key = called.partition(".")
    return [outer, key] if key and key != "?" else called


def _column(record: type[Part], item: Field, called: str, reads: Convert | None) -> core.CoreSchema:
    info = record.model_fields[item.name]
    schema = KINDS[bool if called.endswith(".?") else item.type]
    if not info.is_required():
        schema = core.nullable_schema(schema)
    if reads:
        schema = core.no_info_after_validator_function(reads, schema)
    if not info.is_required():
        schema = core.with_default_schema(schema, default=info.default)
    return schema


def _objects(rows: list[dict[str, Any]], outer: str) -> list[Any]:
    """Return what each row has under a name: an object, or null.

    Raises:
        KeyError, ValueError: it is not in every row, or is none.
    """
    if outer not in rows[0] and not any(outer in row for row in rows):
        return []
    values = [row[outer] for row in rows]
    if not {*map(type, values)} <= {dict, type(None)}:
        raise ValueError
    return values


def _lift(rows: list[dict[str, Any]], outer: str, key: str, called: str) -> None:
    """Put a value of an object within each row beside it, where there are any; `?` is whether there is such an
    object.

    Raises:
        KeyError, ValueError: as `_objects`.
    """
    values = _objects(rows, outer)
    for row, value in zip(rows, values, strict=True) if values else ():
        if key == "?":
            row[called] = value is not None
        else:
            row[called] = None if value is None else value.get(key)


def _spelled(values: Sequence[Any]) -> bool:
    """Return whether instants are spelled alike, as their marks show: of other texts pydantic reads more than we do."""
    kinds = {*map(type, values)}
    if not kinds <= {str, type(None)}:
        return False
    texts = values if kinds == {str} else [value for value in values if value is not None]
    whole, many = "".join(texts), len(texts)
    return {*map(len, texts)} <= {LENGTH} and all(whole[at::LENGTH] == mark * many for at, mark in MARKS)
