"""incwo's contract: authentication, throttling, routing and responses, by the switches (incwo 2, 3, 5, 16)."""

import math
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import TypeAlias

from harvest_mcp.sandbox import coverage
from harvest_mcp.sandbox.app import Sandbox
from harvest_mcp.sandbox.asgi import XML, HttpAnswer, HttpCall
from harvest_mcp.sandbox.incwo import bodies, seed
from harvest_mcp.sandbox.incwo.collections import ACCOUNT, COLLECTIONS, chosen, labelled, unanswered
from harvest_mcp.sandbox.incwo.login import INCWO_LOGIN, TENANT
from harvest_mcp.sandbox.incwo.refusal import SIGN_IN, IncwoRefusal
from harvest_mcp.sandbox.incwo.rules import Rules
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.pages import PAGE
from harvest_mcp.sandbox.store import Row, Store, begun
from harvest_mcp.spec import Record, Resource

ADDRESS = re.compile(rf"/{TENANT}/(?P<collection>[a-z_]+)(?:/(?P<id>\d{{1,18}}))?\.xml", re.ASCII)
CONTROLLER = re.compile(
    rf"/(?P<collection>[a-z_]+)/(?P<action>list|show|create|destroy)/{TENANT}(?:/(?P<id>\d{{1,18}}))?\.xml", re.ASCII
)
"""The older paths, which work too (incwo 3.3)."""
METHODS: Mapping[str, tuple[str, str]] = {
    "list": ("GET", "GET"),
    "show": ("GET", "GET"),
    "create": ("POST", "POST"),
    "destroy": ("POST", "DELETE"),
}
"""By action of the older paths: its method, and the method it is equivalent to."""
MINUTE = 60
PROBLEMS = tuple(unanswered(ACCOUNT))
KINDS = frozenset({"application/xml", "text/xml"})  # incwo 15, row 3

Lists: TypeAlias = dict[tuple[str | None, ...], HttpAnswer]
"""Cached responses by collection, type and page."""


class Incwo:
    """An incwo account."""

    sign_in = HttpAnswer(200, body=SIGN_IN, content_type=PAGE)
    filler = ("contacts", "contact")
    content_type = XML
    throttled_status = 503

    def __init__(
        self, store: Store, switches: Switches, *, clock: Callable[[], float], lists: Lists | None = None
    ) -> None:
        """Answer from the store; `lists` caches the lists of an unchanged account."""
        self.store, self.switches = store, switches
        self._lists: Lists = {} if lists is None else lists
        self._rules = Rules(store, switches)
        self._clock, self._lock = clock, Lock()
        self._log: deque[float] = deque()

    def throttled(self, call: HttpCall) -> HttpAnswer | None:
        """Count a call; return the throttled response if it exceeds the rate per minute."""
        if self.switches.rate is None:
            return None
        with self._lock:
            now = self._clock()
            while self._log and self._log[0] <= now - MINUTE:
                self._log.popleft()
            if len(self._log) < self.switches.rate:
                self._log.append(now)
                return None
            wait = math.ceil(self._log[0] + MINUTE - now)
        headers = (("Retry-After", str(wait)),) if self.switches.retry_after == "sent" else ()
        return HttpAnswer(self.switches.rate_status, headers, bodies.errors("Too many requests."))

    def answer(self, call: HttpCall) -> HttpAnswer:
        try:
            return self._admitted(call)
        except IncwoRefusal as refusal:
            return refusal.answer(self.switches)

    def error(self, kind: str, message: str) -> bytes:
        return bodies.errors(message)

    def _admitted(self, call: HttpCall) -> HttpAnswer:
        if call.basic() != (INCWO_LOGIN.email, INCWO_LOGIN.password):
            raise IncwoRefusal("unauthorized", "HTTP Basic: Access denied.")
        if self.switches.rights != "on":
            raise IncwoRefusal("forbidden", "API access is not open to this user.")
        match = ADDRESS.fullmatch(call.path)
        if match is None and (match := CONTROLLER.fullmatch(call.path)):
            method, same = METHODS[match["action"]]
            if call.method != method:
                raise IncwoRefusal("missing", f"There is no {call.method} at {call.path}.")
            call = replace(call, method=same)
        resource = COLLECTIONS.get(match["collection"]) if match else None
        if match is None or resource is None:
            raise IncwoRefusal("missing", f"There is nothing at {call.path}.")
        return self._done(call, resource, int(match["id"]) if match["id"] else None)

    def _done(self, call: HttpCall, resource: Resource[Record], id: int | None) -> HttpAnswer:
        """Answer for a collection: reads always, writes by the verbs of the resource."""
        if call.method == "GET":
            return self._list(call, resource) if id is None else self._one(resource, self._rules.found(resource, id))
        if call.method == "POST" and id is None and "create" in resource.verbs:
            made = self._rules.create(resource, _body(call), labelled(resource, call.asked("type")))
            return self._one(resource, self._rules.found(resource, made), self.switches.create_status, marker="saved")
        if call.method == "PUT" and id is not None and "update" in resource.verbs:
            self._rules.update(resource, id, _body(call))
            if self.switches.update_reply == 204:
                return HttpAnswer(204, content_type="")
            return self._one(resource, self._rules.found(resource, id), marker="updated")
        if call.method == "DELETE" and id is not None and "delete" in resource.verbs:
            return self._gone(resource, self._rules.delete(resource, id))
        raise IncwoRefusal("missing", f"There is no {call.method} at {call.path}.")

    def _one(self, resource: Resource[Record], row: Row, status: int = 200, *, marker: str = "") -> HttpAnswer:
        return HttpAnswer(status, body=bodies.one(self.store, resource, row, self.switches, marker=marker))

    def _gone(self, resource: Resource[Record], row: Row) -> HttpAnswer:
        if self.switches.delete_reply == "object":
            return self._one(resource, row)
        return HttpAnswer(204 if self.switches.delete_reply == "204" else 200, content_type="")

    def _list(self, call: HttpCall, resource: Resource[Record]) -> HttpAnswer:
        if self.store.changed:
            return self._listed(call, resource)
        asked = (resource.plural, call.asked("type"), call.asked("page"))
        if asked not in self._lists:
            self._lists[asked] = self._listed(call, resource)
        return self._lists[asked]

    def _listed(self, call: HttpCall, resource: Resource[Record]) -> HttpAnswer:
        rows = self.store.rows(resource, newest_first=self.switches.order == "descending")
        rows = chosen(resource, rows, call.asked("type"))
        page = self._page(rows, self._asked(call))
        return HttpAnswer(200, body=bodies.list_(self.store, resource, page, self.switches))

    def _asked(self, call: HttpCall) -> int:
        """Return the requested page; an invalid number is the first page or a 404."""
        asked = call.asked("page") or "1"
        if asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked):
            return int(asked)
        if self.switches.bad_page == "404":
            raise IncwoRefusal("missing", "There is no such page.")
        return 1

    def _page(self, rows: list[Row], asked: int) -> bodies.BodyPage:
        """Return one page; in a shifting list each page but the first repeats the last row of the one before."""
        size = self.switches.page_size
        fresh = max(1, size - (self.switches.order == "shifting"))
        pages = max(1, -(-(len(rows) - size + fresh) // fresh))
        if not rows:
            pages = self.switches.empty_total_pages
        number = asked
        if asked > max(1, pages):
            if self.switches.past_end == "404":
                raise IncwoRefusal("missing", "There is no such page.")
            number = max(1, pages) if self.switches.past_end == "repeat" else asked
        start = (number - 1) * fresh
        return bodies.BodyPage(rows[start : start + size], number, pages)


def open_incwo(
    path: str | None = None,
    *,
    switches: Switches = Switches(),  # noqa: B008 - frozen
    clock: Callable[[], float] = time.time,
    seeded: bool = True,
    lists: Lists | None = None,
) -> Sandbox:
    """Open an incwo account in memory, or in a file that is created and seeded if it does not exist.

    `seeded=False` leaves a new account empty; `lists` can be shared by accounts with the same seed.

    Raises:
        SettingsError: the file is not such a sandbox's or cannot be used, or a resource cannot be answered for.
    """
    coverage.require(PROBLEMS)
    if seeded and path is None:
        store = Store(
            None, ACCOUNT, clock=clock, step=switches.id_step, image=seed.image(begun(clock), switches.id_step)
        )
    else:
        store = Store(path, ACCOUNT, clock=clock, fill=seed.fill if seeded else None, step=switches.id_step)
    return Sandbox(store, Incwo(store, switches, clock=clock, lists=lists), path=path, clock=clock)


def _body(call: HttpCall) -> bytes:
    """Return the body of a call; refuse any content type but XML."""
    kind = call.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in KINDS:
        raise IncwoRefusal("malformed", "Send XML.")
    return call.body
