"""Harvest's contract over v2: authentication, throttling, routing, errors (harvest-v2 2, 3, 30)."""

import time
from collections.abc import Callable
from re import fullmatch, sub

from harvest_mcp.sandbox import coverage
from harvest_mcp.sandbox.app import Sandbox
from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall
from harvest_mcp.sandbox.harvest.logins import LOGINS, Login
from harvest_mcp.sandbox.harvest.seeding import account
from harvest_mcp.sandbox.harvest_v2 import seed
from harvest_mcp.sandbox.harvest_v2.declared import unanswered
from harvest_mcp.sandbox.harvest_v2.oauth import DOORS, OAuthDoor
from harvest_mcp.sandbox.harvest_v2.operations import find
from harvest_mcp.sandbox.harvest_v2.settings import DEFAULT, Settings
from harvest_mcp.sandbox.harvest_v2.tables import ACCOUNT, COMPANY
from harvest_mcp.sandbox.harvest_v2.visit import ACCOUNT_ID, NAME, Visit, caller_of
from harvest_mcp.sandbox.harvest_v2.wire import refusal
from harvest_mcp.sandbox.harvest_v2.wire.receipts import receipt
from harvest_mcp.sandbox.harvest_v2.wire.refusal import JSON, Refusal
from harvest_mcp.sandbox.harvest_v2.wire.throttle import CALLS, REPORTS_WINDOW, WINDOW, Pool
from harvest_mcp.sandbox.harvest_v2.wire.write_json import dumped
from harvest_mcp.sandbox.pages import PAGE, page
from harvest_mcp.sandbox.store import Store, begun
from harvest_mcp.systems.harvest.v2 import HARVEST_V2

SIGN_IN = HttpAnswer(200, body=page("Harvest", "<p>Sign in to go on.</p>"), content_type=PAGE)
ACCOUNTS = ("/api/v2/accounts", "/api/v1/accounts")
"""The identity host's path of the accounts of a token, which needs no account id (harvest-v2 2.4)."""
EXPIRED = "The access token provided is expired, revoked, malformed or invalid for other reasons."
PROBLEMS = tuple(unanswered(HARVEST_V2))


class HarvestV2:
    """A Harvest account over API v2."""

    sign_in = SIGN_IN
    filler = ("clients", "client")
    content_type = JSON
    throttled_status = 429

    def __init__(self, store: Store, settings: Settings, *, calls: int | None, clock: Callable[[], float]) -> None:
        self.store, self.settings = store, settings
        self.oauth = OAuthDoor(clock)
        self._general, self._reports = Pool(calls, WINDOW, clock), Pool(calls, REPORTS_WINDOW, clock)

    def throttled(self, call: HttpCall) -> HttpAnswer | None:
        """Throttle by two budgets; the 429 has the seconds in a header and its body, or is the bare one recorded."""
        if call.path in (*ACCOUNTS, *DOORS) or fullmatch(r"/expenses/\d+/receipt", call.path):
            return None
        pool = self._reports if "/v2/reports/" in call.path else self._general
        if (wait := pool.count()) is None:
            return None
        if self.settings.bare_429:
            return HttpAnswer(429, content_type="text/html")
        body = dumped({"message": "Too many requests.", "retry_after": wait})
        return HttpAnswer(429, (("Retry-After", str(wait)),), body, JSON)

    def answer(self, call: HttpCall) -> HttpAnswer:
        if (found := fullmatch(r"/expenses/(\d{1,18})/receipt", call.path)) is not None:
            return receipt(self.store, int(found[1]), behind=SIGN_IN if self.settings.receipts_sign_in else None)
        if call.path in DOORS:
            return self.oauth.answer(call)
        if not call.headers.get("user-agent", "").strip():
            return refusal.NO_USER_AGENT
        if call.method == "GET" and call.body:
            return refusal.GET_WITH_BODY
        login = self._login(call)
        if login is None:
            return refusal.unauthorized(EXPIRED)
        if call.path in ACCOUNTS:
            return self._accounts(login)
        try:
            return self._admitted(call, login)
        except Refusal as refused:
            return refused.answer()

    def error(self, kind: str, message: str) -> bytes:
        return refusal.told(message)

    def _admitted(self, call: HttpCall, login: Login) -> HttpAnswer:
        """Answer the operation, if the named account is one of the token's."""
        account_id = call.headers.get("harvest-account-id") or call.asked("account_id")
        if not account_id:
            return refusal.unauthorized("No account was named.")
        own = {id for id, _, product in self._accounts_of_all if product == "harvest"}
        if not account_id.isdigit() or int(account_id) not in own:
            return refusal.MISSING
        path = sub(r"^(/api)?/v2(?=/)", "", call.path)
        found = find(call, path) if path != call.path else None
        if found is None:
            return refusal.NO_SUCH_PAGE
        operation, ids = found
        caller = caller_of(self.store, login.id, self.settings.grants if login.role == "manager" else ())
        if caller is None:
            return refusal.unauthorized(EXPIRED)
        return operation.answer(Visit(self.store, self.settings, caller, call, ids))

    def _accounts(self, login: Login) -> HttpAnswer:
        """AC2-1: return the identity and the accounts of its token in both products."""
        rows = [{"id": id, "name": name, "product": product} for id, name, product in self._accounts_of_all]
        who = {
            "id": 7_000_000 + login.id,
            "first_name": login.first_name,
            "last_name": login.last_name,
            "email": login.email,
        }
        return HttpAnswer(200, body=dumped({"user": who, "accounts": rows}), content_type=JSON)

    def _login(self, call: HttpCall) -> Login | None:
        """Return the login of the token in the header, else in the query."""
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        given = token.strip() if kind.lower() == "bearer" else call.asked("access_token")
        return next((login for login in LOGINS if login.token == given), None) or self.oauth.whose(given or "")

    @property
    def _accounts_of_all(self) -> tuple[tuple[int, str, str], ...]:
        """The accounts of every token, in both products."""
        if self.settings.elsewhere:
            return self.settings.accounts
        return ((ACCOUNT_ID, NAME, "harvest"), *self.settings.accounts, (ACCOUNT_ID + 1, NAME, "forecast"))


def open_harvest_v2(
    path: str | None = None,
    *,
    settings: Settings = DEFAULT,
    clock: Callable[[], float] = time.time,
    calls: int | None = CALLS,
    seeded: bool = True,
) -> Sandbox:
    """Open an account over v2 in memory, or in a file that is created and seeded if it does not exist.

    A file may be v1's; both then read and write it. `calls` is each budget; None never throttles. `seeded=False`
    leaves a new account empty except for the three logins.

    Raises:
        SettingsError: the file is not such a sandbox's or cannot be used, or a resource cannot be answered for.
    """
    coverage.require(PROBLEMS)
    if seeded and path is None:
        store = Store(None, ACCOUNT, clock=clock, image=seed.image(begun(clock)))
    else:
        store = Store(path, ACCOUNT, clock=clock, fill=account.fill if seeded else None)
    with store.writing():  # completely or not at all
        if seeded and path and not store.count(COMPANY):
            seed.fill(store)
        seed.begin(store, by_clock=settings.by_clock)
    store.past.forget()
    return Sandbox(store, HarvestV2(store, settings, calls=calls, clock=clock), path=path, clock=clock)


def over_v1(sandbox: Sandbox) -> Sandbox:
    """Return the same account over v1, with the same rows: what one writes the other reads."""
    from harvest_mcp.sandbox.harvest import world  # noqa: PLC0415 - v1 is only loaded when asked for
    from harvest_mcp.sandbox.harvest.switches import Switches  # noqa: PLC0415 - same
    from harvest_mcp.sandbox.harvest.throttle import Throttle  # noqa: PLC0415 - same

    by_clock = bool(sandbox.store.rows(COMPANY)[0]["by_clock"])
    throttle = Throttle(None, clock=sandbox.clock)
    v1 = world.Harvest(sandbox.store, profile="late", throttle=throttle, switches=Switches(by_clock=by_clock))
    return Sandbox(sandbox.store, v1, path=sandbox.path, clock=sandbox.clock)
