"""What the tests of consent share: who calls, what came back, and a person who opens the page or types the command."""

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape

import httpx

from harvest_mcp.approval import LocalPage
from harvest_mcp.consent.question import Question
from harvest_mcp.consent.store import Consents
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import ADMIN, Login, Sandbox
from harvest_mcp.spec import Plan
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST
from tests.approval.made import ACME, UNTOUCHED
from tests.patience import PATIENCE

SUPRCORP, WILE = 11072, 17
ASKED = {
    "delete_contact": 'Delete contact "Wile Coyne" (17), client "Acme", email "wile@acme.example", '
    'title "Head of Testing"? Undo recreates it under a new id.',
    "delete_client": 'Delete client "Acme" (11073), details "1 Desert Road"? 3 contacts go with it. '
    "Undo recreates it, without its contacts and under a new id.",
}
GONE = {
    "delete_contact": "Contact 17 is deleted already; that was change 1.",
    "delete_client": "Client 11073 is deleted already; that was change 1.",
}
ARGUMENTS = {"delete_contact": {"contact_id": WILE}, "delete_client": {"client_id": ACME}}
CALL = {"delete_contact": "delete_contact(contact_id=17, ", "delete_client": "delete_client(client_id=11073, "}
DELETED = {
    "delete_contact": 'Deleted contact "Wile Coyne" (17). ',
    "delete_client": 'Deleted client "Acme" (11073) and its 3 contacts. ',
}
_WORTHLESS = (
    "This confirmation is not known: it was used before, or is too old.",
    "This confirmation was given for something else, or the record changed since. It is used up.",
    "This confirmation is older than five minutes.",
)
UNKNOWN, OTHER, OLD = (f"{why} Call without confirm for a new code. {UNTOUCHED}" for why in _WORTHLESS)
UNKNOWN_FORM, OTHER_FORM, OLD_FORM = (f"{why} {UNTOUCHED}" for why in _WORTHLESS)
DECLINED = f"The person declined. {UNTOUCHED}"


def account(login: Login = ADMIN, *, host: str = "sandbox.localhost") -> Account:
    """Someone at the sandbox, with a budget that no test uses up."""
    roomy = replace(HARVEST, plan=Plan(calls=100_000, seconds=15, pause=16))
    return Account.basic(roomy, f"http://{host}", login.email, login.password)


def there(sandbox: Sandbox, tool: str) -> bool:
    """Whether the record the tool would delete is still in the account."""
    resource, id = (CONTACTS, WILE) if tool == "delete_contact" else (CLIENTS, ACME)
    return sandbox.store.get(resource, id) is not None


def deletes(sandbox: Sandbox) -> list[str]:
    return [call.path for call in sandbox.seen if call.method == "DELETE"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused call that asks for an approval, taken apart."""

    what: str
    link: str
    command: str
    again: str
    code: str


def refusal(text: str) -> Refusal:
    """The parts of such a refusal, which must be nothing but them."""
    found = re.fullmatch(
        r"(?P<what>.+) Ask them to (?:open (?P<link>http://127\.0\.0\.1:\d+/[\w-]{32}) or )?"
        r"run `(?P<command>harvest-mcp approve (?P<named>\S+)(?: --state \S+)?)`,"
        r' and once they approved call (?P<again>\w+\(\w+=\d+, confirm="(?P<code>[2-9B-Z]{4}-[2-9B-Z]{4})"\));'
        r" the code lasts five minutes\. Nothing was (?:deleted|undone)\.",
        text,
    )
    assert found is not None, text
    assert found["named"] == found["code"]
    return Refusal(found["what"], found["link"] or "", found["command"], found["again"], found["code"])


@dataclass(slots=True)
class Person:
    """Someone at this computer with a browser of few words: it follows no redirect and runs no script."""

    client: httpx.AsyncClient

    async def see(self, link: str, **headers: str) -> httpx.Response:
        return await self.client.get(link, headers=headers)

    async def token(self, link: str) -> str:
        found = re.search(r'name="token" value="([\w-]+)"', (await self.see(link)).text)
        assert found is not None
        return found[1]

    async def answer(self, link: str, answer: str) -> httpx.Response:
        """Press a button of the page."""
        form = {"token": await self.token(link), "answer": answer}
        return await self.client.post(link, data=form, headers={"Origin": origin(link)})

    async def approve(self, link: str) -> None:
        assert (await self.answer(link, "approve")).status_code == 303
        assert heading((await self.see(link)).text) == "Approved"

    async def decline(self, link: str) -> None:
        assert (await self.answer(link, "decline")).status_code == 303
        assert heading((await self.see(link)).text) == "Declined"


@asynccontextmanager
async def person() -> AsyncIterator[Person]:
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=PATIENCE) as client:  # noqa: S501 - no TLS here
        yield Person(client)


def origin(link: str) -> str:
    return link.rpartition("/")[0]


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert found is not None
    return unescape(found[1])


@dataclass(slots=True)
class Hall:
    """A page over a store, without any server around."""

    consents: Consents
    page: LocalPage

    async def ask(self, question: Question) -> tuple[str, str]:
        """The code of a question and the link to it."""
        code = await self.consents.issue(question, "approval")
        return code, self.page.offer(code)


@asynccontextmanager
async def hall(
    place: str, *, clock: Callable[[], float] = time.time, linger: float = 5, glance: float = 0.05
) -> AsyncIterator[Hall]:
    state = State(place)
    consents = Consents(state, clock=clock)
    page = LocalPage(consents, linger=linger, glance=glance)
    try:
        yield Hall(consents, page)
    finally:
        await page.aclose()
        state.close()
