"""Nobody gets a delete out of a code that a person did not approve for exactly that, now, and for them."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle

import pytest

from harvest_mcp.consent.store import Consents, spoken_code
from harvest_mcp.sandbox import ADMIN, MANAGER, Sandbox
from harvest_mcp.state import State
from harvest_mcp.systems.harvest import CONTACTS
from tests.approval.kit import DECLINED, OLD, OTHER, SUPRCORP, UNKNOWN, WILE, account, deletes, refusal
from tests.conftest import Talk, talking
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio


@dataclass(slots=True)
class Scene:
    """Two people and two accounts on one state store, and somebody who decides on the spot."""

    sandbox: Sandbox
    consents: Consents
    clock: Clock
    ada: Talk
    bob: Talk
    elsewhere: Talk
    chance: random.Random

    async def asked(self, tool: str = "delete_contact", **record: int) -> str:
        return refusal(await self.ada.error(tool, **(record or {"contact_id": WILE}))).code

    async def approved(self, tool: str = "delete_contact", **record: int) -> str:
        code = await self.asked(tool, **record)
        assert await self.consents.decide(code, "yes")
        return code

    async def comes(self, code: str, *, to: Talk | None = None, contact: int = WILE) -> str:
        return await (to or self.ada).error("delete_contact", contact_id=contact, confirm=code)


async def forged(scene: Scene) -> tuple[str, str]:
    return await scene.comes(spoken_code()), UNKNOWN


async def altered(scene: Scene) -> tuple[str, str]:
    code = await scene.approved()
    at = scene.chance.choice([0, 1, 2, 3, 5, 6, 7, 8])
    return await scene.comes(code[:at] + ("X" if code[at] != "X" else "Z") + code[at + 1 :]), UNKNOWN


async def undecided(scene: Scene) -> tuple[str, str]:
    code = await scene.asked()
    return refusal(await scene.comes(code)).what, f"Nobody has decided about {code} yet."


async def declined(scene: Scene) -> tuple[str, str]:
    code = await scene.asked()
    await scene.consents.decide(code, "declined")
    return await scene.comes(code), DECLINED


async def expired(scene: Scene) -> tuple[str, str]:
    code = await scene.approved()
    scene.clock.turn(300.001 + scene.chance.random() * 290)
    return await scene.comes(code), OLD


async def replayed(scene: Scene) -> tuple[str, str]:
    """The first use is one that Harvest refuses, so that the record is still there for a second."""
    code = await scene.approved("delete_client", client_id=SUPRCORP)
    text = await scene.ada.error("delete_client", client_id=SUPRCORP, confirm=code)
    assert text.startswith("Harvest refused this")
    return await scene.ada.error("delete_client", client_id=SUPRCORP, confirm=code), UNKNOWN


async def for_another_record(scene: Scene) -> tuple[str, str]:
    return await scene.comes(await scene.approved(), contact=scene.chance.choice([9, 18, 19])), OTHER


async def for_another_tool(scene: Scene) -> tuple[str, str]:
    return await scene.comes(await scene.approved("delete_client", client_id=SUPRCORP)), OTHER


async def for_another_person(scene: Scene) -> tuple[str, str]:
    return await scene.comes(await scene.approved(), to=scene.bob), UNKNOWN


async def for_another_account(scene: Scene) -> tuple[str, str]:
    return await scene.comes(await scene.approved(), to=scene.elsewhere), UNKNOWN


async def for_what_the_record_was(scene: Scene) -> tuple[str, str]:
    code = await scene.approved()
    scene.sandbox.store.update(CONTACTS, WILE, {"fax": str(scene.chance.random())})
    return await scene.comes(code), OTHER


KINDS: list[Callable[[Scene], Awaitable[tuple[str, str]]]] = [
    forged,
    altered,
    undecided,
    declined,
    expired,
    replayed,
    for_another_record,
    for_another_tool,
    for_another_person,
    for_another_account,
    for_what_the_record_was,
]


@pytest.mark.parametrize("attempts", [110, pytest.param(10_000, marks=pytest.mark.soak)])
async def test_no_attempt_without_a_persons_yes_is_carried_out(
    sandbox: Sandbox, clock: Clock, place: str, attempts: int
) -> None:
    made: Counter[str] = Counter()
    async with AsyncExitStack() as stack:

        async def talk(**who: object) -> Talk:
            return await stack.enter_async_context(talking(sandbox, clock=clock, state=place, **who))  # type: ignore[arg-type]  # of several kinds

        ada, bob = await talk(account=account()), await talk(account=account(MANAGER))
        elsewhere = await talk(account=account(ADMIN, host="other.localhost"))
        state = State(place)
        scene = Scene(sandbox, Consents(state, clock=clock), clock, ada, bob, elsewhere, random.Random(7))
        carried_out = len(sandbox.rows(CONTACTS))
        for kind in cycle(KINDS):
            text, refused = await kind(scene)
            assert text == refused, kind.__name__
            made[kind.__name__] += 1
            sandbox.seen[:] = [call for call in sandbox.seen if call.method == "DELETE"]
            if made.total() == attempts:
                break
        state.close()
    assert len(sandbox.rows(CONTACTS)) == carried_out
    assert deletes(sandbox) == [f"/clients/{SUPRCORP}"] * made["replayed"]  # each approved once, and refused by Harvest
    print(f"\n{made.total()} attempts, 0 carried out: {dict(made)}")
