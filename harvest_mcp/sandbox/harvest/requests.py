"""An authenticated call: its route, and the rows it may see (harvest-v1 6.1, 7)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall
from harvest_mcp.sandbox.harvest import rules
from harvest_mcp.sandbox.harvest.logins import MANAGED, Login, Role
from harvest_mcp.sandbox.harvest.rules import Refusal
from harvest_mcp.sandbox.harvest.rules.invoice_rules import Hand
from harvest_mcp.sandbox.harvest.switches import Switches
from harvest_mcp.sandbox.harvest.throttle import Throttle
from harvest_mcp.sandbox.store import Row, Store, Test
from harvest_mcp.spec import Era, Record, Resource, fields
from harvest_mcp.systems.harvest import HARVEST, PEOPLE, USER_ASSIGNMENTS

IDS = ("id", "owner", "day", "year")


@dataclass(frozen=True, slots=True)
class Visit:
    """An authenticated call, with everything needed to answer it.

    `id`, or `handle` instead, is from the path, as are `owner`, the parent's id, and `day`, the day of the `year`.
    """

    store: Store
    throttle: Throttle
    profile: Era
    login: Login
    switches: Switches
    call: HttpCall
    id: int = 0
    owner: int = 0
    handle: str = ""
    day: int = 0
    year: int = 0

    @property
    def hand(self) -> Hand:
        return Hand(self.login.id, self.profile)


Handler = Callable[[Visit], HttpAnswer]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path, with their handler."""

    method: str
    path: re.Pattern[str]
    answer: Handler


def find(call: HttpCall, routes: Sequence[Route]) -> tuple[Handler, dict[str, Any]] | None:
    """Return the handler of a call, with the values in its path: an id, an owner, a handle."""
    for each in routes:
        if each.method == call.method and (match := each.path.fullmatch(call.path)):
            return each.answer, {name: int(text) if name in IDS else text for name, text in match.groupdict().items()}
    return None


def route(method: str, path: str, answer: Handler) -> Route:
    pattern = re.escape(path).replace(r"\{handle\}", r"(?P<handle>[^/]*@[^/]*)")
    for name in IDS:
        pattern = pattern.replace(rf"\{{{name}\}}", rf"(?P<{name}>\d{{1,15}})")
    return Route(method, re.compile(pattern + "/?"), answer)


def whose(visit: Visit) -> int:
    """Return whose records a call is about: the caller, or the person an administrator names (harvest-v1 7)."""
    named = visit.call.asked("of_user")
    if not named:
        return visit.login.id
    id = number(named)
    if id != visit.login.id and visit.login.role != "administrator":
        raise Refusal(404, "NotFound", "There is no such person for this user.", hint=False)
    rules.found(visit.store, PEOPLE, id)
    return id


def there(visit: Visit, resource: Resource[Record]) -> Row:
    """Return the row at the path, if this user sees it; raise a 404 otherwise."""
    tests: list[Test] = [(resource.named_by.address, "=", visit.handle)] if visit.handle else [("id", "=", visit.id)]
    if resource.owner:
        tests.append((resource.owner, "=", visit.owner))
    for row in visit.store.rows(resource, tests):
        if sees(visit, resource, row):
            return row
    raise rules.missing(resource, visit.handle or visit.id)


def owned(visit: Visit, resource: Resource[Record]) -> None:
    """Refuse a call below a record that does not exist or that this user does not see."""
    owner = HARVEST.resource(str(fields(resource.record)[resource.owner].ref))
    if not sees(visit, owner, rules.found(visit.store, owner, visit.owner)):
        raise rules.missing(owner, visit.owner)


def may(visit: Visit, resource: Resource[Record], what: Mapping[Role, frozenset[str]]) -> None:
    """Raise a 404 without the right or with the module switched off (harvest-v1 6.1, 7)."""
    modules = {rule.hidden_by for rule in resource.rules if rule.hidden_by}
    granted = visit.login.role == "manager" and bool(modules & visit.switches.opened)
    if modules & visit.switches.off or not (granted or resource.noun in what[visit.login.role]):
        raise Refusal(404, "NotFound", f"There is no {resource.noun} here for this user.", hint=False)


def sees(visit: Visit, resource: Resource[Record], row: Row) -> bool:
    """Return whether the caller sees a row: managers those of their projects, everybody their own (harvest-v1 7)."""
    if resource.wire.acting:
        named = visit.login.role == "administrator" and not visit.call.asked("of_user")
        return named or row["user_id"] == whose(visit)
    if visit.login.role == "administrator" or resource.noun not in MANAGED:
        return True
    manages: list[Test] = [("user_id", "=", visit.login.id), ("is_project_manager", "=", True)]
    manages += [("deactivated", "=", False), ("project_id", "=", row[resource.owner or "id"])]
    return bool(visit.store.rows(USER_ASSIGNMENTS, manages))


def number(text: str) -> int:
    """Parse a number; any other text is 0, as in Ruby."""
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else 0
