"""What an account cannot do as a resource says it: found when the account is opened, and not by a wrong answer."""

from collections.abc import Iterable, Iterator

from harvest_mcp.errors import SettingsError
from harvest_mcp.spec import Action, Record, Resource, System, fields


def require(problems: Iterable[str]) -> None:
    """Refuse to open an account that would pass over what it is asked for.

    Raises:
        SettingsError: there is a problem; all are named.
    """
    if told := list(problems):
        raise SettingsError(f"The sandbox cannot answer for {'; '.join(told)}.")


def problems(system: System, resource: Resource[Record]) -> Iterator[str]:
    """Yield what contradicts itself in the actions and dependents of a resource."""
    for action in resource.actions:
        yield from (f"the action {action.verb} of {resource.noun}: {says}" for says in _wrong(resource, action))
    nouns = {each.noun: each for each in system.resources}
    for each in resource.dependents:
        if each.noun not in nouns or each.by not in fields(nouns[each.noun].record):
            yield f"the dependent {each.noun} of {resource.noun}: there is no such resource with a column {each.by}"


def _wrong(resource: Resource[Record], action: Action) -> Iterator[str]:
    item = fields(resource.record).get(action.flips)
    others = {each.to for each in resource.actions if each.path == action.path and each.method == action.method}
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
