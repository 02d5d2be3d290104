"""What the columns of one record must agree on before anything is sent, and what its kind's own rules make of them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from harvest_mcp.errors import InvalidArguments, Locked
from harvest_mcp.spec import Record, Resource, System, Value, fields
from harvest_mcp.tools.arguments.dates_and_hours import today
from harvest_mcp.tools.arguments.model import Argument
from harvest_mcp.tools.arguments.value_types import TRUTH
from harvest_mcp.tools.tool import Call

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


def ruled(resource: Resource[Record]) -> list[Argument]:
    """The arguments of a create or an update that are no columns, but what a rule is told."""
    return [Argument(name, TRUTH, says) for rule in resource.rules for name, says in rule.takes]


def asked(resource: Resource[Record], given: Mapping[str, object]) -> frozenset[str]:
    """Those of them that are true."""
    return frozenset(each.name for each in ruled(resource) if given.get(each.name))


async def day_for(call: Call, system: System, resource: Resource[Record], values: Mapping[str, Value]) -> date | None:
    """Today, where a rule needs it for a new record with these values."""
    needed = any(rule.wants_today(values, None) for rule in resource.rules)
    return await today(call, system) if needed else None


def complete(
    resource: Resource[Record],
    values: Mapping[str, Value],
    given: Mapping[str, object],
    record: Record | None = None,
    *,
    today: date | None = None,
) -> Mapping[str, Value]:
    """What is written of a new record, or of this one, once its rules have completed it.

    Raises:
        ValueError: a rule refuses it, in words; `refusing` makes an answer of it.
    """
    wishes = asked(resource, given)
    for rule in resource.rules:
        values = rule.completed(values, wishes, record, today)
    return values


@contextmanager
def refusing(tool: str, known: Sequence[str]) -> Iterator[None]:
    """Turn what a rule refuses into wrong arguments of this tool, which takes these."""
    try:
        yield
    except ValueError as why:
        raise InvalidArguments(tool, [str(why)], known=list(known)) from None


def remarks(
    system: System, resource: Resource[Record], values: Mapping[str, Value], record: Record | None
) -> Iterator[str]:
    """What its rules have to say of a record as it was stored."""
    if record is not None:
        call = f"{system.tool('update', resource)}({resource.key}={record.id}, {{}})"
        yield from (says for rule in resource.rules for says in rule.remarks(values, record, call))
