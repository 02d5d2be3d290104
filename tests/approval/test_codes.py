"""A code stands for one person's yes to one question: used once, for five minutes, and for nothing else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

from harvest_mcp.consent.store import ALPHABET, MOST_OPEN, Consents, spoken_code, typed_code
from harvest_mcp.sandbox import ADMIN, MANAGER, Fault, Sandbox
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.approval.kit import (
    OLD,
    OTHER,
    SUPRCORP,
    UNKNOWN,
    WILE,
    Person,
    account,
    deletes,
    person,
    refusal,
)
from tests.approval.made import ACME, question
from tests.conftest import Era, Talk, talking
from tests.holds import holds_for
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Both:
    """An assistant without forms, and the person it works for."""

    talk: Talk
    person: Person

    async def approved(self, tool: str, **arguments: Any) -> str:
        """The code of a question a person approved."""
        asks = refusal(await self.talk.error(tool, **arguments))
        await self.person.approve(asks.link)
        return asks.code

    async def refused(self, tool: str, **arguments: Any) -> str:
        """Why a delete was refused, which sent none."""
        before = deletes(self.talk.sandbox)
        text = await self.talk.error(tool, **arguments)
        assert deletes(self.talk.sandbox) == before
        return text


@asynccontextmanager
async def both(sandbox: Sandbox, **settings: Any) -> AsyncIterator[Both]:
    async with talking(sandbox, **{"account": account(), **settings}) as talk, person() as someone:
        yield Both(talk, someone)


async def test_an_approval_is_used_up_by_a_delete_the_vendor_refuses(sandbox: Sandbox, era: Era) -> None:
    async with both(sandbox, era=era) as at:
        once = await at.approved("delete_client", client_id=SUPRCORP)
        text = await at.talk.error("delete_client", client_id=SUPRCORP, confirm=once)
        assert text.startswith("Harvest refused this")
        assert await at.refused("delete_client", client_id=SUPRCORP, confirm=once) == UNKNOWN


async def test_an_approval_does_not_delete_a_record_that_came_back(sandbox: Sandbox, clock: Clock) -> None:
    before = sandbox.store.get(CONTACTS, WILE)
    assert before is not None
    async with both(sandbox, clock=clock) as at:
        once = await at.approved("delete_contact", contact_id=WILE)
        await at.talk.ok("delete_contact", contact_id=WILE, confirm=once)
        sandbox.put(CONTACTS, **before)
        again = await at.talk.ok("delete_contact", contact_id=WILE, confirm=once)  # a read may be late for a minute
        assert again == "Contact 17 is deleted already; that was change 1."
        clock.turn(61)
        assert await at.refused("delete_contact", contact_id=WILE, confirm=once) == UNKNOWN
    assert sandbox.store.get(CONTACTS, WILE) == before


async def test_an_approval_lasts_five_minutes_and_no_longer(sandbox: Sandbox, clock: Clock) -> None:
    async with both(sandbox, clock=clock) as at:
        late = await at.approved("delete_contact", contact_id=WILE)
        clock.turn(300.1)
        assert await at.refused("delete_contact", contact_id=WILE, confirm=late) == OLD
        assert await at.refused("delete_contact", contact_id=WILE, confirm=late) == UNKNOWN
        in_time = await at.approved("delete_contact", contact_id=WILE)
        clock.turn(300)
        await at.talk.ok("delete_contact", contact_id=WILE, confirm=in_time)


async def test_a_question_nobody_answers_dies_after_five_minutes(sandbox: Sandbox, clock: Clock) -> None:
    async with both(sandbox, clock=clock) as at:
        asks = refusal(await at.talk.error("delete_contact", contact_id=WILE))
        token = await at.person.token(asks.link)
        clock.turn(300.1)
        pressed = {"token": token, "answer": "approve"}
        await at.person.client.post(asks.link, data=pressed, headers={"Origin": asks.link.rpartition("/")[0]})
        assert await at.refused("delete_contact", contact_id=WILE, confirm=asks.code) == OLD


async def test_an_answer_that_comes_late_is_not_kept(place: str, clock: Clock) -> None:
    state = State(place)
    consents = Consents(state, clock=clock)
    code = await consents.issue(question(), "approval")
    clock.turn(300.1)
    assert not await consents.decide(code, "yes")
    found = await consents.find(code)
    assert found is not None
    assert found.answer == "open"
    state.close()


async def test_an_approval_is_for_its_own_record(sandbox: Sandbox) -> None:
    async with both(sandbox) as at:
        of_wile = await at.approved("delete_contact", contact_id=WILE)
        assert await at.refused("delete_contact", contact_id=18, confirm=of_wile) == OTHER
        assert at.talk.wire() == []
        assert await at.refused("delete_contact", contact_id=WILE, confirm=of_wile) == UNKNOWN


async def test_an_approval_is_for_its_own_tool(sandbox: Sandbox) -> None:
    sandbox.put(CLIENTS, id=WILE, name="Wile Coyne", active=True)
    async with both(sandbox) as at:
        of_contact = await at.approved("delete_contact", contact_id=WILE)
        assert await at.refused("delete_client", client_id=WILE, confirm=of_contact) == OTHER


async def test_another_person_does_not_even_know_the_code(sandbox: Sandbox, place: str) -> None:
    async with both(sandbox, state=place) as ada, both(sandbox, state=place, account=account(MANAGER)) as other:
        code = await ada.approved("delete_contact", contact_id=WILE)
        assert await other.refused("delete_contact", contact_id=WILE, confirm=code) == UNKNOWN
        await ada.talk.ok("delete_contact", contact_id=WILE, confirm=code)


async def test_the_same_person_in_another_account_does_not_know_the_code(sandbox: Sandbox, place: str) -> None:
    elsewhere = account(ADMIN, host="other.localhost")
    async with both(sandbox, state=place) as here, both(sandbox, state=place, account=elsewhere) as there:
        code = await here.approved("delete_contact", contact_id=WILE)
        assert await there.refused("delete_contact", contact_id=WILE, confirm=code) == UNKNOWN
        await here.talk.ok("delete_contact", contact_id=WILE, confirm=code)


MEANWHILE: dict[str, tuple[str, int, Callable[[Sandbox], object]]] = {
    "renamed": ("contact", WILE, lambda account: account.store.update(CONTACTS, WILE, {"first_name": "Will"})),
    "changed": ("contact", WILE, lambda account: account.store.update(CONTACTS, WILE, {"fax": "1"})),
    "moved": ("contact", WILE, lambda account: account.store.update(CONTACTS, WILE, {"client_id": SUPRCORP})),
    "archived": ("client", ACME, lambda account: account.store.update(CLIENTS, ACME, {"active": False})),
    "gained": ("client", ACME, lambda account: account.put(CONTACTS, client_id=ACME, first_name="A", last_name="B")),
    "lost": ("client", ACME, lambda account: account.store.delete(CONTACTS, WILE)),
    "hidden": ("client", ACME, lambda account: account.fail(Fault("status", "404", path="/projects"))),
    "swapped": ("client", ACME, lambda account: [each(account) for each in SWAP]),
}
SWAP: tuple[Callable[[Sandbox], object], ...] = (
    lambda account: account.store.delete(CONTACTS, WILE),
    lambda account: account.put(CONTACTS, client_id=ACME, first_name="A", last_name="B"),
)


@pytest.mark.parametrize("what", MEANWHILE)
async def test_an_approval_dies_when_the_record_or_what_hangs_on_it_changes(sandbox: Sandbox, what: str) -> None:
    noun, id, change = MEANWHILE[what]
    async with both(sandbox) as at:
        code = await at.approved(f"delete_{noun}", **{f"{noun}_id": id})
        change(sandbox)
        assert await at.refused(f"delete_{noun}", **{f"{noun}_id": id}, confirm=code) == OTHER
        assert await at.refused(f"delete_{noun}", **{f"{noun}_id": id}, confirm=code) == UNKNOWN


@pytest.mark.parametrize("forged", ["yes", "approved", "x" * 22, "⟦", "2222-2222", "é" * 22, "\u202e", "x" * 255])
async def test_a_forged_code_is_refused_and_spares_the_account(sandbox: Sandbox, forged: str) -> None:
    async with both(sandbox) as at:
        real = await at.approved("delete_contact", contact_id=WILE)
        assert await at.refused("delete_contact", contact_id=WILE, confirm=forged) == UNKNOWN
        assert at.talk.wire() == []
        await at.talk.ok("delete_contact", contact_id=WILE, confirm=real)


async def test_a_code_is_taken_however_it_was_typed(sandbox: Sandbox) -> None:
    async with both(sandbox) as at:
        code = await at.approved("delete_contact", contact_id=WILE)
        await at.talk.ok("delete_contact", contact_id=WILE, confirm=code.lower().replace("-", ""))


@holds_for(
    ("typed", "kept"),
    [
        ("kx4t-9qwm", "KX4T-9QWM"),
        ("kx4t9qwm", "KX4T-9QWM"),
        ("KX4T 9QWM", "KX4T-9QWM"),
        ("KX4T–9QWM", "KX4T-9QWM"),
        ("KX4T-9QW0", "KX4T-9QW0"),
        ("KX4T-9QWMX", "KX4T-9QWMX"),
        ("KX4T-9QWM" + " " * 30 + "9", "KX4T-9QWM" + " " * 30 + "9"),
    ],
)
def test_a_typed_code_is_brought_to_its_form(typed: str, kept: str) -> None:
    assert typed_code(typed) == kept


def test_codes_use_only_letters_and_digits_that_nobody_mixes_up() -> None:
    drawn = {spoken_code() for _ in range(1000)}
    assert len(drawn) == 1000
    assert {character for code in drawn for character in code} == {*ALPHABET, "-"}
    assert not {*ALPHABET} & {*"01OILAEU"}


async def test_every_question_has_a_code_and_a_link_of_its_own(sandbox: Sandbox) -> None:
    async with both(sandbox) as at:
        first = refusal(await at.talk.error("delete_contact", contact_id=WILE))
        second = refusal(await at.talk.error("delete_contact", contact_id=WILE))
        assert (first.code, first.link) != (second.code, second.link)
        await at.person.approve(second.link)
        assert refusal(await at.refused("delete_contact", contact_id=WILE, confirm=first.code)).link == first.link
        await at.talk.ok("delete_contact", contact_id=WILE, confirm=second.code)


async def test_the_oldest_of_too_many_open_questions_is_forgotten(place: str) -> None:
    state, clock = State(place), Clock()
    consents, ours, theirs = Consents(state, clock=clock), question(), question(principal="bob@kestrel.example")
    others = await consents.issue(theirs, "approval")
    codes = []
    for _ in range(MOST_OPEN + 1):
        clock.turn(0.001)
        codes.append(await consents.issue(ours, "approval"))
    assert {each.code for each in await consents.waiting()} == {others, *codes[1:]}
    state.close()


async def test_of_64_uses_at_once_exactly_one_deletes(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("delay", "0.3", method="DELETE", after=0.3))
    texts: list[str] = []
    async with both(sandbox, era=era) as at:
        once = await at.approved("delete_contact", contact_id=WILE)

        async def use() -> None:
            texts.append((await at.talk.call("delete_contact", contact_id=WILE, confirm=once)).text)

        async with anyio.create_task_group() as together:
            for _ in range(64):
                together.start_soon(use)
    assert sum(text.startswith("Deleted ") for text in texts) == 1
    done = "Contact 17 is deleted already; that was change 1."
    assert texts.count(UNKNOWN) + texts.count(done) == 63
    assert deletes(sandbox) == ["/contacts/17"]
