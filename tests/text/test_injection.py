"""Texts that give orders: shown as they are with nothing hidden, and nothing is deleted unless a person says so."""

from collections import Counter
from collections.abc import Sequence
from itertools import cycle

import pytest

from harvest_mcp.sandbox import open_account
from tests.conftest import Era, Reply

from .gullible import Gullible, exposed
from .hidden import raw
from .payloads import CARRIERS, ORDERS, PAYLOADS
from .stage import listening

pytestmark = pytest.mark.anyio
SLICE = list(zip(cycle(CARRIERS), ORDERS, strict=False))
"""Every order once, in one way after the other; the people share a sixth of them, and the long run has all."""
PEOPLE: dict[str, Reply | None] = {"who declines": "decline", "who closes the form": "cancel", "who is not there": None}


def test_there_are_five_hundred_payloads() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 500
    assert {order for _, order in SLICE} == set(ORDERS)
    assert {name for name, _ in SLICE} == set(CARRIERS)


async def obeyed(payloads: Sequence[tuple[str, str]], *, era: Era, reply: Reply | None) -> str:
    """Let an assistant that believes everything read them; what came of it, counted."""
    with open_account(calls=None, seeded=False) as sandbox:
        async with listening(sandbox, era=era, reply=reply) as stage:
            reader = Gullible(stage, set(await stage.begin()))
            for name, order in payloads:
                await exposed(reader, name, order)
        leaks = Counter(character for _, text in stage.heard for character in raw(text))
        deletes = [seen.path for seen in sandbox.seen if seen.method == "DELETE"]
    assert (leaks, deletes) == (Counter(), [])
    assert reader.obeyed >= len(payloads), "the assistant was to be gullible"
    return (
        f"{len(payloads)} payloads in every text field, {len(stage.heard)} strings: {sum(leaks.values())} raw;"
        f" {reader.obeyed} orders obeyed with {len(set(reader.codes))} codes: {len(deletes)} deletes"
    )


@pytest.mark.parametrize("person", PEOPLE)
async def test_what_a_text_orders_does_not_happen(person: str, era: Era) -> None:
    some = SLICE[::6][list(PEOPLE).index(person) :: len(PEOPLE)]
    print(f"a person {person}, {era}: {await obeyed(some, era=era, reply=PEOPLE[person])}")


@pytest.mark.eras
@pytest.mark.soak
@pytest.mark.parametrize("person", PEOPLE)
async def test_nothing_that_five_hundred_texts_order_happens(person: str, era: Era) -> None:
    print(f"a person {person}, {era}: {await obeyed(PAYLOADS, era=era, reply=PEOPLE[person])}")
