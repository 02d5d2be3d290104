"""Every operation of the API: its id, method, path, paging and handler (harvest-v2 6 to 22, 25)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall
from harvest_mcp.sandbox.harvest_v2 import crud, odd
from harvest_mcp.sandbox.harvest_v2.kinds import KINDS
from harvest_mcp.sandbox.harvest_v2.reports import money, sums
from harvest_mcp.sandbox.harvest_v2.visit import Visit
from harvest_mcp.sandbox.harvest_v2.wire.lists import Paging

Handler = Callable[[Visit], HttpAnswer]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; `paging` is `C` for lists with cursors, `P` for lists with page numbers, empty for others."""

    id: str
    method: str
    path: str
    answer: Handler
    paging: Paging | Literal[""] = ""

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>\\d{1,18})", self.path) + "/?", re.ASCII)


# Prefix, kind, path, paging of its list, and the verbs in the order of their numbers: list, get, create, update,
# delete. A number may be given where the contract counts otherwise.
USUAL: tuple[tuple[str, str, str, Paging, str], ...] = (
    ("CL2", "clients", "/clients", "C", "lgcud"),
    ("CC2", "contacts", "/contacts", "C", "lgcud"),
    ("ES2", "estimates", "/estimates", "P", "lgcud"),
    ("EM2", "estimate_messages", "/estimates/{owner}/messages", "C", "lcd"),
    ("EI2", "estimate_item_categories", "/estimate_item_categories", "C", "lgcud"),
    ("EC2", "expense_categories", "/expense_categories", "C", "lgcud"),
    ("EX2", "expenses", "/expenses", "P", "lgcud"),
    ("IN2", "invoices", "/invoices", "P", "lgcud"),
    ("IM2", "invoice_messages", "/invoices/{owner}/messages", "C", "lc-d"),
    ("IP2", "invoice_payments", "/invoices/{owner}/payments", "C", "lcd"),
    ("IC2", "invoice_item_categories", "/invoice_item_categories", "C", "lgcud"),
    ("PR2", "projects", "/projects", "C", "lgcud"),
    ("UA2", "user_assignments", "/projects/{owner}/user_assignments", "P", "-lgcud"),
    ("TS2", "task_assignments", "/projects/{owner}/task_assignments", "P", "-lgcud"),
    ("TE2", "time_entries", "/time_entries", "P", "lgcud"),
    ("TA2", "tasks", "/tasks", "C", "lgcud"),
    ("RO2", "roles", "/roles", "C", "lgcud"),
    ("PE2", "users", "/users", "C", "l-gcud"),
    ("BR2", "billable_rates", "/users/{owner}/billable_rates", "C", "lg"),
    ("CR2", "cost_rates", "/users/{owner}/cost_rates", "C", "lg"),
)
VERBS: Mapping[str, tuple[str, str]] = {
    "l": ("GET", ""),
    "g": ("GET", "/{id}"),
    "c": ("POST", ""),
    "u": ("PATCH", "/{id}"),
    "d": ("DELETE", "/{id}"),
}
DOES: Mapping[str, Callable[..., HttpAnswer]] = {"g": crud.show, "c": crud.create, "u": crud.update, "d": crud.delete}


def _usual() -> Iterator[Operation]:
    for prefix, name, path, paging, verbs in USUAL:
        kind = KINDS[name]
        for number, verb in enumerate(verbs, 1):
            if verb == "-":
                continue
            method, more = VERBS[verb]
            id = f"{prefix}-{number}"
            if verb == "l":
                list_ = partial(crud.list_, kind=kind, paging=paging)
                yield Operation(id, method, path, list_, paging)
            else:
                yield Operation(id, method, path + more, partial(DOES[verb], kind=kind))


def _all(name: str) -> Handler:
    """List the assignments of all projects."""
    return partial(crud.list_, kind=KINDS[name], paging="C")


OPERATIONS: tuple[Operation, ...] = (
    Operation("CO2-1", "GET", "/company", odd.company),
    Operation("CO2-2", "PATCH", "/company", odd.set_company),
    *_usual(),
    Operation("IM2-3", "GET", "/invoices/{owner}/messages/new", odd.preview),
    Operation("UA2-1", "GET", "/user_assignments", _all("user_assignments"), "C"),
    Operation("TS2-1", "GET", "/task_assignments", _all("task_assignments"), "C"),
    Operation("TE2-6", "PATCH", "/time_entries/{id}/restart", odd.restart),
    Operation("TE2-7", "PATCH", "/time_entries/{id}/stop", odd.stop),
    Operation("TE2-8", "DELETE", "/time_entries/{id}/external_reference", odd.drop_reference),
    Operation("PE2-2", "GET", "/users/me", odd.me),
    Operation("BR2-3", "POST", "/users/{owner}/billable_rates", partial(odd.add_rate, kind=KINDS["billable_rates"])),
    Operation("CR2-3", "POST", "/users/{owner}/cost_rates", partial(odd.add_rate, kind=KINDS["cost_rates"])),
    Operation("PA2-1", "GET", "/users/{owner}/project_assignments", odd.assignments_of, "C"),
    Operation("PA2-2", "GET", "/users/me/project_assignments", odd.my_assignments, "P"),
    Operation("TM2-1", "GET", "/users/{owner}/teammates", odd.teammates, "C"),
    Operation("TM2-2", "PATCH", "/users/{owner}/teammates", odd.set_teammates),
    *(
        Operation(f"RT2-{number}", "GET", f"/reports/time/{by}", partial(sums.time, by=by), "P")
        for number, by in enumerate(("clients", "projects", "tasks", "team"), 1)
    ),
    *(
        Operation(f"RX2-{number}", "GET", f"/reports/expenses/{by}", partial(sums.expenses, by=by), "P")
        for number, by in enumerate(("clients", "projects", "categories", "team"), 1)
    ),
    Operation("RU2-1", "GET", "/reports/uninvoiced", money.uninvoiced, "P"),
    Operation("RB2-1", "GET", "/reports/project_budget", money.project_budget, "P"),
)
_PATTERNS = tuple((each, each.pattern) for each in OPERATIONS)


def find(call: HttpCall, path: str) -> tuple[Operation, dict[str, int]] | None:
    """Return the operation of a call, and the ids in its path."""
    for each, pattern in _PATTERNS:
        if each.method == call.method and (match := pattern.fullmatch(path)):
            return each, {name: int(text) for name, text in match.groupdict().items()}
    return None
