"""No credential is ever told: not in a log, an error, a repr or a span, whatever goes wrong and however it is spelt."""

import base64
import io
import logging
import re
import traceback
from dataclasses import replace
from typing import cast
from urllib.parse import quote, quote_plus

import pytest

from harvest_mcp.config import logs
from harvest_mcp.config.secret import MASK, blotter
from harvest_mcp.errors import CallFailed
from harvest_mcp.gateway import Account, client
from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, logins, running
from harvest_mcp.sandbox.faults import KINDS, Name
from harvest_mcp.spec.exchange import Request, Response
from harvest_mcp.systems.harvest import HARVEST
from tests.patience import until

from .line import EMAIL, READ, REQUESTS, SHORT, TOKEN, http, reaching, serving
from .spans import Keeper

pytestmark = pytest.mark.anyio
PASSWORD = "Sésame+/=&?%\"'<ouvre> toi\\"
LOGIN = replace(ADMIN, email=EMAIL, password=PASSWORD, token=TOKEN)
WAYS = ("basic", "token")
FAULTS: dict[str, Fault] = {
    **{name: Fault(cast(Name, name)) for name in KINDS},
    "delay": Fault("delay", "0.4"),
    "drip": Fault("drip", "0.4"),
    "huge": Fault("huge", "3"),
    "gzip": Fault("gzip", "3"),
    "gzip-gzip": Fault("gzip-gzip", "3"),
    "many-headers": Fault("many-headers", "3000"),
    "throttle": Fault("throttle", "0"),
    "reset": Fault("drop", "reset"),
    "400": Fault("status", "400"),
    "401": Fault("status", "401"),
    "502 html": Fault("status", "502 html"),
    "redirect": Fault("redirect", "http://other.example/"),
    "redirect home": Fault("redirect", "/contacts"),
}
LIMITS = replace(SHORT, read=0.2, body=1_000_000)


def signed_in(url: str, way: str) -> Account:
    return Account.token(HARVEST, url, TOKEN) if way == "token" else Account.basic(HARVEST, url, EMAIL, PASSWORD)


def spellings(way: str) -> set[str]:
    """Every form a secret could be written down in."""
    whole = [TOKEN] if way == "token" else [PASSWORD, f"{EMAIL}:{PASSWORD}"]
    found = set[str]()
    for secret in whole:
        raw = secret.encode()
        coded = base64.b64encode(raw).decode()
        quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret), quote(quote(secret, safe=""), safe="")}
        found |= {secret, repr(secret)[1:-1], repr(raw)[2:-1], secret.encode("unicode_escape").decode(), raw.hex()}
        found |= quoted | {re.sub(r"%..", lambda code: code[0].lower(), each) for each in quoted}
        found |= {coded, coded.rstrip("="), base64.urlsafe_b64encode(raw).decode(), quote(coded, safe="")}
    return found


@pytest.fixture
def told(root_restored: None, monkeypatch: pytest.MonkeyPatch) -> "Told":
    keeper = Keeper()
    monkeypatch.setattr(client, "tracer", keeper)
    monkeypatch.setattr(logins, "LOGINS", (LOGIN,))
    return Told(keeper)


class Told:
    """All that could be read by anybody: the log at its most talkative, errors, reprs, spans."""

    def __init__(self, keeper: Keeper) -> None:
        self.texts, self._log, self._keeper = list[str](), io.StringIO(), keeper

    def listen(self, account: Account) -> None:
        """Log as the server does at DEBUG, with every library's own level thrown open."""
        logs.to_stderr("DEBUG", account.secrets)
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self._log)
        for name in ("", *logs.LIBRARIES):
            logging.getLogger(name).setLevel(logging.DEBUG)

    def hear(self, error: BaseException) -> None:
        self.texts += traceback.format_exception(error)
        seen: BaseException | None = error
        while seen is not None:
            self.texts += [str(seen), repr(seen), repr(seen.args), repr(vars(seen).get("hint"))]
            seen = seen.__cause__ or seen.__context__

    def everything(self) -> str:
        return "\n".join([*self.texts, self._log.getvalue(), *map(str, self._keeper.spans)])


def assert_silent(told: Told, way: str) -> None:
    text = told.everything()
    assert "harvest_mcp.gateway: harvest " in text, "the log was heard"
    assert "httpcore" in text, "and those of the libraries"
    assert [secret for secret in spellings(way) if secret in text] == []


@pytest.mark.parametrize("name", FAULTS)
async def test_no_fault_brings_a_secret_to_light(name: str, told: Told, sandbox: Sandbox) -> None:
    sandbox.fail(replace(FAULTS[name], times=None))
    with running(sandbox) as url:
        for account in (signed_in(url, way) for way in WAYS):
            told.listen(account)
            async with reaching(account, limits=LIMITS) as gateway:
                for request in (READ, REQUESTS["POST"], REQUESTS["DELETE"]):
                    try:
                        told.texts.append(repr(await gateway(request)))
                    except CallFailed as failure:
                        told.hear(failure)
                told.texts += [repr(gateway), str(vars(gateway)), repr(gateway.account)]
        await until(lambda: len(sandbox.seen) >= 6)
    for way in WAYS:
        assert_silent(told, way)


@pytest.mark.parametrize("way", WAYS)
async def test_a_call_that_works_tells_no_secret(way: str, told: Told, sandbox: Sandbox) -> None:
    with running(sandbox) as url:
        account = signed_in(url, way)
        told.listen(account)
        async with reaching(account) as gateway:
            assert (await gateway(READ)).status == 200
            assert (await gateway(Request("POST", "/clients", body=b"<client><name>New</name></client>"))).status == 201
    assert [seen.status for seen in sandbox.seen] == [200, 201]
    assert_silent(told, way)


@pytest.mark.parametrize("way", WAYS)
async def test_an_address_that_answers_nothing_tells_no_secret(way: str, told: Told) -> None:
    async with serving(http(200)) as served:
        gone = served.url
    for url in (gone, gone.replace("http:", "https:")):
        told.listen(signed_in(url, way))
        async with reaching(signed_in(url, way)) as gateway:
            with pytest.raises(CallFailed) as failure:
                await gateway(READ)
        told.hear(failure.value)
    assert_silent(told, way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", ["hint", "body"])
@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 422, 500, 503])
async def test_a_vendor_that_repeats_the_credentials_is_not_repeated(
    status: int, place: str, way: str, told: Told
) -> None:
    """Error pages like to quote the address they were called at."""
    account = signed_in("http://127.0.0.1", way)
    known = [*account.secrets, *(value for _, value in account.headers)]
    words = "; ".join(each.reveal() for each in known).encode().decode("latin-1")
    body = f"<error><message>{words}</message></error>".replace("&", "&amp;").encode("latin-1")
    headers = [("Location", f"/?{words}"), ("Retry-After", "0"), ("Hint", words)]
    answer = http(status, body, *headers[: 2 if place == "body" else 3])
    async with serving(answer) as served:
        account = signed_in(served.url, way)
        told.listen(account)
        async with reaching(account) as gateway:
            for request in (READ, REQUESTS["POST"]):
                try:
                    await gateway(request)
                except CallFailed as failure:
                    told.hear(failure)
    assert len(served.requests) >= 2
    text = "\n".join(told.texts)
    assert [secret for secret in spellings(way) if secret in text] == []


@pytest.mark.parametrize("way", WAYS)
def test_neither_an_account_nor_what_is_made_of_it_shows_a_secret(way: str) -> None:
    account = signed_in("https://suprcorp.harvestapp.com", way)
    shown = repr(account) + str(account) + repr(REQUESTS["POST"]) + repr(Request("GET", "/x")) + repr(Response(200))
    assert [secret for secret in spellings(way) if secret in shown] == []
    assert "suprcorp" in shown


@pytest.mark.parametrize("way", WAYS)
def test_what_is_blotted_out_of_the_log_holds_every_form_that_is_sent(way: str) -> None:
    account = signed_in("https://suprcorp.harvestapp.com", way)
    blot = blotter(account.secrets)  # as the log does it
    sent = [value.reveal().removeprefix("Basic ") for _, value in account.headers]
    asked = [value.reveal() for _, value in account.query]
    sent += [form(value) for value in asked for form in (str, quote_plus, lambda text: quote(text, safe=""))]
    assert len(sent) == {"basic": 1, "token": 3}[way]
    assert [(blot(each), account.blot(each)) for each in sent] == [(MASK, MASK)] * len(sent)


@pytest.mark.parametrize("form", ["a b+c", "a+b%2Bc", "a%20b%2Bc"])
def test_a_token_with_a_blank_is_blotted_out_as_httpx_writes_it(form: str) -> None:
    account = Account.token(HARVEST, "https://suprcorp.harvestapp.com", "a b+c")
    assert blotter(account.secrets)(f"/clients?access_token={form}") == f"/clients?access_token={MASK}"
