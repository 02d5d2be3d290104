"""Writes over v2 whose answers are lost or odd: none happens twice, and none is told otherwise than it is."""

import itertools
import random

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.sandbox.harvest_v2.tables import CLIENTS, CONTACTS

from .kit import JANE, conversing

pytestmark = pytest.mark.anyio
BODIES = (b"", b"[]", b"{", b'{"id":5}', b"<html></html>", b'{"id":"x"}')
ODD = (
    *(("status", value) for value in ("500", "502 html", "502 empty", "503")),
    *(("drop", ""), ("truncate", ""), ("html", ""), ("redirect", ""), ("gzip-gzip", "1"), ("garbage", "201")),
)


def faults(method: str, seed: int) -> list[Fault]:
    """Each of them, carried out and not."""
    draw = random.Random(seed)
    return [
        Fault(name, value, method=method, commit=commit, body=draw.choice(BODIES) if name == "garbage" else b"")  # type: ignore[arg-type]  # of the table
        for (name, value), commit in itertools.product(ODD, ("before", "never"))
    ]


async def test_a_create_is_never_made_twice_and_told_as_it_is(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        for number, fault in enumerate(faults("POST", 1)):
            sandbox.fail(fault)
            said = await talk.call("create_client", name=f"Client no {number}")
            sandbox.calm()
            made = [row["name"] for row in sandbox.rows(CLIENTS)].count(f"Client no {number}")
            assert made <= 1
            assert made == 1 or said.is_error, (fault, said.text)
            assert made == 0 or not said.is_error or "unknown" in said.text, (fault, said.text)


async def test_an_update_is_told_as_it_is(sandbox: Sandbox) -> None:
    async with conversing(sandbox) as talk:
        for number, fault in enumerate(faults("PATCH", 2)):
            sandbox.fail(fault)
            said = await talk.call("update_contact", contact_id=JANE + number, fax=f"no {number}")
            sandbox.calm()
            row = next(row for row in sandbox.rows(CONTACTS) if row["id"] == JANE + number)
            changed = row["fax"] == f"no {number}"
            assert changed or said.is_error, (fault, said.text)
            assert not changed or not said.is_error or "unknown" in said.text, (fault, said.text)
