"""Harvest's contract: the vendor's own order of checks on a request."""

import time
from collections.abc import Callable

from harvest_mcp.sandbox import coverage
from harvest_mcp.sandbox.app import Sandbox
from harvest_mcp.sandbox.asgi import XML, HttpAnswer, HttpCall
from harvest_mcp.sandbox.harvest import queries, requests, routes, timesheet_api
from harvest_mcp.sandbox.harvest.hours import ACCOUNT
from harvest_mcp.sandbox.harvest.logins import who
from harvest_mcp.sandbox.harvest.responses import bodies, pages
from harvest_mcp.sandbox.harvest.rules import Refusal
from harvest_mcp.sandbox.harvest.seeding import account
from harvest_mcp.sandbox.harvest.switches import DEFAULT, Switches
from harvest_mcp.sandbox.harvest.throttle import CALLS, Throttle
from harvest_mcp.sandbox.store import Store, begun
from harvest_mcp.spec import Era
from harvest_mcp.systems.harvest import HARVEST, RATE_LIMIT

PROBLEMS = tuple(queries.unanswered(HARVEST))
ROUTES = (*timesheet_api.ROUTES, *routes.ROUTES)
SPOKEN = ("accept", "content-type")
XML_TYPES = frozenset({"application/xml", "text/xml"})
NO_JSON = HttpAnswer(406, body=bodies.error("NotAcceptable", "This account speaks XML only: send application/xml."))
UNAUTHORIZED = (("WWW-Authenticate", 'Basic realm="Application"'),)  # harvest-v1 3.1


class Harvest:
    """A Harvest account over API v1 in one era."""

    sign_in = pages.SIGN_IN
    filler = ("clients", "client")
    content_type = XML
    throttled_status = 503

    def __init__(self, store: Store, *, profile: Era, throttle: Throttle, switches: Switches) -> None:
        self.store, self.profile, self.throttle, self.switches = store, profile, throttle, switches

    def throttled(self, call: HttpCall) -> HttpAnswer | None:
        """Throttle every call but AC-2, which neither counts nor is blocked (harvest-v1 4)."""
        if call.path.rstrip("/") == RATE_LIMIT.path or (wait := self.throttle.count()) is None:
            return None
        return HttpAnswer(503, (("Retry-After", str(wait)),), bodies.error("Throttled", "Too many calls; wait."))

    def answer(self, call: HttpCall) -> HttpAnswer:
        if not _speaks_xml(call):
            return NO_JSON if any("json" in call.headers.get(name, "") for name in SPOKEN) else pages.SIGN_IN
        login = who(call)
        if login is None:
            return _refused(Refusal(401, "Unauthorized", "These credentials are not known here.", hint=False))
        found = requests.find(call, ROUTES)
        if found is None:
            return pages.NO_SUCH_PAGE
        answer, place = found
        try:
            visit = requests.Visit(self.store, self.throttle, self.profile, login, self.switches, call, **place)
            return answer(visit)
        except Refusal as refusal:
            return _refused(refusal)

    def error(self, kind: str, message: str) -> bytes:
        return bodies.error(kind, message)


def open_account(
    path: str | None = None,
    *,
    profile: Era = "late",
    clock: Callable[[], float] = time.time,
    calls: int | None = CALLS,
    seeded: bool = True,
    switches: Switches = DEFAULT,
) -> Sandbox:
    """Open a Harvest account in memory, or in a file that is created and seeded if it does not exist.

    `calls` is the budget per 15 s; None never throttles. `seeded=False` leaves a new account empty. `switches` are
    its settings: how time is tracked, the switched-off modules, the rights of its managers.

    Raises:
        SettingsError: the file is not such a sandbox's or cannot be used, or a resource cannot be answered for.
    """
    coverage.require(PROBLEMS)
    if seeded and path is None:
        store = Store(None, ACCOUNT, clock=clock, image=account.image(begun(clock)))
    else:
        store = Store(path, ACCOUNT, clock=clock, fill=account.fill if seeded else None)
    world = Harvest(store, profile=profile, throttle=Throttle(calls, clock=clock), switches=switches)
    return Sandbox(store, world, path=path, clock=clock)


def _refused(refusal: Refusal) -> HttpAnswer:
    headers = UNAUTHORIZED if refusal.status == 401 else ()
    hint = (("Hint", refusal.hint),) if refusal.hint else ()
    return HttpAnswer(refusal.status, (*headers, *hint), bodies.error(refusal.kind, refusal.message))


def _speaks_xml(call: HttpCall) -> bool:
    """Return whether a call accepts and sends XML (harvest-v1 2); a receipt is sent as a form (EX-5)."""
    accepts, sends = (
        {each.split(";")[0].strip().lower() for each in call.headers.get(name, "").split(",")} for name in SPOKEN
    )
    form = call.method == "POST" and call.path.rstrip("/").endswith("/receipt") and "multipart/form-data" in sends
    return bool(accepts & XML_TYPES) and (bool(sends & XML_TYPES) or form or (call.method == "GET" and not any(sends)))
