"""What the columns of one record must agree on before anything is sent."""

from collections.abc import Mapping, Sequence

from harvest_mcp.errors import InvalidArguments, Locked
from harvest_mcp.spec import Record, Resource, Value, fields

EMPTY = (None, "")


def agree(
    tool: str, resource: Resource[Record], values: Mapping[str, Value], record: Record | None, *, known: Sequence[str]
) -> None:
    """Check what a create, or an update of `record`, would write.

    Raises:
        InvalidArguments: two figures where one is taken, one of several columns that come together, or no name.
        Locked: the record is locked, and a column that is fixed then would change.
    """
    checks = (_figures, _together, _nameless)
    if problems := [problem for check in checks for problem in check(resource, values, record)]:
        raise InvalidArguments(tool, problems, known=list(known))
    if record is None or resource.locks is None or not getattr(record, resource.locks.column):
        return
    fixed = tuple(name for name in resource.locks.fixes if values.get(name, now := getattr(record, name)) != now)
    if fixed:
        told = tuple(fields(resource.record)[name].argument for name in fixed)
        raise Locked(resource.word, record.id, getattr(record, resource.locks.why) or "", told)


def _figures(resource: Resource[Record], values: Mapping[str, Value], record: Record | None) -> list[str]:
    if (either := resource.either) is None:
        return []
    given = [name for name in (either.amount, either.count) if name in values]
    if len(given) == 2 or (record is None and not given):
        return [f"takes either {either.amount} or {either.count}"]
    return [f"{name} cannot be empty" for name in given if values[name] in EMPTY]


def _nameless(resource: Resource[Record], values: Mapping[str, Value], record: Record | None) -> list[str]:
    if not resource.needs or (record is not None and not any(name in values for name in resource.needs)):
        return []
    after = [values.get(name, getattr(record, name, None)) for name in resource.needs]
    if any(value not in EMPTY for value in after):
        return []
    return [f"{' or '.join(resource.needs)} is missing: {resource.one} without a name is hard to find again"]


def _together(resource: Resource[Record], values: Mapping[str, Value], record: Record | None) -> list[str]:
    if not any(name in values for name in resource.together):
        return []
    after = [values.get(name, getattr(record, name, None)) for name in resource.together]
    if len({value in EMPTY for value in after}) == 1:
        return []
    return [f"{' and '.join(resource.together)} come together or not at all"]
