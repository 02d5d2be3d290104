"""Checks of the resources when an account is opened, so that a contradiction is no wrong response later."""

import re
from collections.abc import Collection, Iterable, Iterator

from harvest_mcp.errors import SettingsError
from harvest_mcp.spec import Action, Field, Record, Resource, System, fields

NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
TAKEN = frozenset({"all", "default"})
"""Values of `--toolsets` that name several toolsets."""


def require(problems: Iterable[str]) -> None:
    """Refuse to open an account that could not answer for its resources.

    Raises:
        SettingsError: there are problems; the message lists all.
    """
    if told := list(problems):
        raise SettingsError(f"The sandbox cannot answer for {'; '.join(told)}.")


def problems(system: System, resource: Resource[Record]) -> Iterator[str]:
    """Yield the contradictions within a resource, which no account could follow, here or at the vendor."""
    noun, nouns = resource.noun, {each.noun: each for each in system.resources}
    twins = [each for each in system.resources if noun == each.noun or resource.plural == each.plural]
    if len(twins) > 1:
        yield f"{noun}: another resource has its noun or its plural"
    if not NAME.fullmatch(noun) or not NAME.fullmatch(resource.toolset or noun) or resource.toolset in TAKEN:
        says = "must be small letters, digits and underscores, and not `all` or `default`"
        yield f"{noun}: its noun and its toolset {resource.toolset!r} {says}"
    for column in sorted(_columns_of(resource) - fields(resource.record).keys()):
        yield f"{noun}: there is no column {column}"
    yield from (f"{noun}: {says}" for item in fields(resource.record).values() for says in _odd(item, nouns))
    for action in resource.actions:
        yield from (f"the action {action.verb} of {resource.noun}: {says}" for says in _wrong(resource, action))
    for each in resource.dependents:
        if each.noun not in nouns or each.by not in fields(nouns[each.noun].record):
            yield f"the dependent {each.noun} of {resource.noun}: there is no such resource with a column {each.by}"


def _columns_of(resource: Resource[Record]) -> set[str]:
    """Return the columns that a resource refers to outside its record."""
    same = [name for group in resource.same.any_of for name in group] if resource.same else []
    filters = [each.column for each in resource.filters if each.column]
    return {*resource.label, *same, *filters, *filter(None, (resource.owner, *resource.named_by.columns))}


def _odd(item: Field, nouns: Collection[str]) -> Iterator[str]:
    """Yield the contradictions between the marks of a column."""
    if item.required and item.server_set:
        yield f"{item.name} is REQUIRED, and SERVER_SET keeps a create from carrying it"
    if item.ref and item.ref not in nouns:
        yield f"{item.name} refers to {item.ref}, which is no resource"
    if item.choices and item.starts is not None and item.starts not in item.choices:
        yield f"{item.name} starts as {item.starts}, which its OneOf does not name"
    if item.many and not item.each:
        yield f"{item.name} is a list, and Each must say what one of it is called"
    if (item.each or item.table) and not item.many:
        yield f"{item.name} is no list: its type must be `tuple[…, ...] | None`, of a Child"


def _wrong(resource: Resource[Record], action: Action) -> Iterator[str]:
    item = fields(resource.record).get(action.flips)
    others = {each.to for each in resource.actions if each.path == action.path and each.method == action.method}
    if not action.path.startswith("/") or "{id}" not in action.path:
        yield f"its path {action.path} must begin with a slash and hold {{id}}"
    if item is None:
        yield f"there is no column {action.flips}"
    elif isinstance(action.to, str):
        unknown = {action.to, *action.of} - set(item.choices)
        if not item.choices or unknown:
            yield f"the OneOf of {action.flips} must name {', '.join(sorted(unknown))}"
        if len(others) > 1:
            yield f"another action has its address, {action.path}, and another state"
    elif item.type is not bool or action.of:
        yield f"{action.flips} is flipped, so it must be a bool and have no `of`; a state needs `to`"
    elif not (action.yes and action.no):
        yield f"`yes` and `no` must say what {action.flips} means"
