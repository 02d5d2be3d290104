"""One call by someone who may come in: where it goes, and what it may see there (harvest-v1 6.1, 7)."""

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
    """One call by someone who may come in, and what is needed to answer it.

    `id` is the one in the path, or `handle` instead; `owner` is the record it lies under; `day` is one of a `year`.
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
    """A method, a path, and what answers them."""

    method: str
    path: re.Pattern[str]
    answer: Handler


def find(call: HttpCall, routes: Sequence[Route]) -> tuple[Handler, dict[str, Any]] | None:
    """Return what answers a call, and what its path names: an id, an owner, a handle."""
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
    """Return whose records a call is about: the caller's, or those of whom an administrator names (harvest-v1 7)."""
    named = visit.call.asked("of_user")
    if not named:
        return visit.login.id
    id = number(named)
    if id != visit.login.id and visit.login.role != "administrator":
        raise Refusal(404, "NotFound", "There is no such person for this user.", hint=False)
    rules.found(visit.store, PEOPLE, id)
    return id


def there(visit: Visit, resource: Resource[Record]) -> Row:
    """Return the row the path names, if it is at that place and this user sees it."""
    tests: list[Test] = [(resource.named_by.address, "=", visit.handle)] if visit.handle else [("id", "=", visit.id)]
    if resource.owner:
        tests.append((resource.owner, "=", visit.owner))
    for row in visit.store.rows(resource, tests):
        if sees(visit, resource, row):
            return row
    raise rules.missing(resource, visit.handle or visit.id)


def owned(visit: Visit, resource: Resource[Record]) -> None:
    """Refuse what lies under a record that is not there for this user."""
    owner = HARVEST.resource(str(fields(resource.record)[resource.owner].ref))
    if not sees(visit, owner, rules.found(visit.store, owner, visit.owner)):
        raise rules.missing(owner, visit.owner)


def may(visit: Visit, resource: Resource[Record], what: Mapping[Role, frozenset[str]]) -> None:
    """Lack of a right, or of the module, answers as if nothing were there (harvest-v1 6.1, 7)."""
    modules = {rule.hidden_by for rule in resource.rules if rule.hidden_by}
    granted = visit.login.role == "manager" and bool(modules & visit.switches.opened)
    if modules & visit.switches.off or not (granted or resource.noun in what[visit.login.role]):
        raise Refusal(404, "NotFound", f"There is no {resource.noun} here for this user.", hint=False)


def sees(visit: Visit, resource: Resource[Record], row: Row) -> bool:
    """Return whether the caller sees it: managers what is on projects of theirs, everybody their own (harvest-v1 7)."""
    if resource.wire.acting:
        named = visit.login.role == "administrator" and not visit.call.asked("of_user")
        return named or row["user_id"] == whose(visit)
    if visit.login.role == "administrator" or resource.noun not in MANAGED:
        return True
    manages: list[Test] = [("user_id", "=", visit.login.id), ("is_project_manager", "=", True)]
    manages += [("deactivated", "=", False), ("project_id", "=", row[resource.owner or "id"])]
    return bool(visit.store.rows(USER_ASSIGNMENTS, manages))


def number(text: str) -> int:
    """Return what Ruby makes of a parameter that should be a number: 0 when it is none."""
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else 0
