"""Reads that are behind an accepted write prove nothing: not gone, not otherwise, not undone, nothing sent again."""

import json
from typing import Any

import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, INVOICES
from tests.conftest import Era, Talk, talking
from tests.sandbox.kit import Clock
from tests.tools.conftest import clock, sandbox
from tests.tools.kit import ACME, JANE, undo, writes

__all__ = ["clock", "sandbox"]

pytestmark = pytest.mark.anyio

BEHIND = 30
ANN = {"client": "SuprCorp", "first_name": "Ann", "last_name": "Leeward"}
MORE = {"invoice_id": 7006, "kind": "Service", "quantity": "1", "unit_price": "10"}


def tells(change: int) -> str:
    return f"get_change(change_id={change}) tells in a minute whether it took effect."


def lagging(sandbox: Sandbox) -> None:
    """From now on every read shows the account as it was half a minute ago."""
    sandbox.fail(Fault("lag", str(BEHIND), times=None))


def sent(talk: Talk) -> list[str]:
    return [f"{method} {path}" for method, path, _ in writes(talk)]


def row(sandbox: Sandbox, id: int) -> dict[str, object]:
    return next(dict(each) for each in sandbox.rows(CONTACTS) if each["id"] == id)


async def outcome(talk: Talk, change: int = 1) -> str:
    return str(json.loads(await talk.ok("get_change", change_id=change))["outcome"])


async def test_a_list_of_changes_settles_what_a_look_proves_by_now(sandbox: Sandbox, clock: Clock) -> None:
    lagging(sandbox)
    async with talking(sandbox, clock=clock) as talk:
        await talk.ok("create_contact", **ANN)
        began = len(sandbox.seen)
        assert ",accepted," in await talk.ok("list_changes")
        assert len(sandbox.seen) == began, "within the minute a look proves nothing"
        clock.turn(USUAL.lag + 1)
        for _ in range(2):
            assert ",applied," in await talk.ok("list_changes")
        assert [seen.path for seen in sandbox.seen[began:]] == ["/contacts/158"]


async def test_a_create_that_does_not_show_yet_is_neither_sent_again_nor_undone_as_gone(
    sandbox: Sandbox, clock: Clock, era: Era
) -> None:
    lagging(sandbox)
    async with talking(sandbox, era=era, reply="yes", clock=clock) as talk:
        accepted = f"Accepted, not visible yet: contact 158. {tells(1)}"
        assert await talk.ok("create_contact", **ANN) == f"{accepted} {undo(1)}"
        assert sent(talk) == ["POST /contacts"]
        again = "An identical create ran a moment ago; that was change 1, and nothing was sent now."
        assert await talk.ok("create_contact", **ANN) == (
            f"{accepted} {again} {undo(1)} allow_duplicate=true does it once more."
        )
        assert await talk.error("undo_change", change_id=1) == (
            "Change 1 does not show in the account yet, so there is nothing to undo. Nothing was undone."
            " Call get_change(change_id=1) in a minute, and then this again."
        )
        assert await outcome(talk) == "accepted"
        clock.turn(BEHIND + 1)
        assert await outcome(talk) == "applied"
        assert [each["id"] for each in sandbox.rows(CONTACTS) if each["last_name"] == "Leeward"] == [158]
        assert (await talk.error("undo_change", change_id=1)).startswith("The delete was accepted. Harvest does not")
        clock.turn(BEHIND + 1)
        assert await outcome(talk, 2) == "applied"
    assert [each["id"] for each in sandbox.rows(CONTACTS) if each["last_name"] == "Leeward"] == []


async def test_an_update_that_does_not_show_yet_is_not_undone_as_if_it_never_was(
    sandbox: Sandbox, clock: Clock, era: Era
) -> None:
    before = row(sandbox, JANE)
    lagging(sandbox)
    async with talking(sandbox, era=era, clock=clock) as talk:
        assert await talk.ok("update_contact", contact_id=JANE, title="CEO") == (
            f"Accepted, not visible yet: contact 9. {tells(1)} {undo(1)}"
        )
        assert (await talk.error("undo_change", change_id=1)).startswith("Change 1 does not show in the account yet")
        assert await talk.error("update_contact", contact_id=JANE, phone_office="1") == (
            "Change 1 of contact 9 was accepted and does not show yet. Nothing was changed."
            " Call get_change(change_id=1) in 60 seconds, and then this again."
        )
        assert sent(talk) == []
        clock.turn(BEHIND + 1)
        assert await talk.ok("undo_change", change_id=1) == (
            f"Undo of change 1: Accepted, not visible yet: contact 9. {tells(2)} That is change 2."
        )
        assert await outcome(talk) == "applied"
        clock.turn(BEHIND + 1)
        assert [await outcome(talk, change) for change in (2, 1)] == ["applied", "undone"]
    assert {**row(sandbox, JANE), "updated_at": None} == {**before, "updated_at": None}


async def test_a_write_that_showed_once_is_not_taken_for_gone_by_a_later_read(sandbox: Sandbox, clock: Clock) -> None:
    """As behind several replicas: one shows it, the next does not."""
    async with talking(sandbox, reply="yes", clock=clock) as talk:
        await talk.ok("update_contact", contact_id=JANE, title="CEO")
        await talk.ok("update_contact", contact_id=JANE, title="CFO")
        await talk.ok("create_contact", **ANN)
        lagging(sandbox)
        late = "was accepted and does not show yet. Nothing was undone."
        assert f"Change 2 of contact 9 {late}" in await talk.error("undo_change", change_id=2)
        assert f"Change 3 of contact 158 {late}" in await talk.error("undo_change", change_id=3)
        assert "Accepted, not visible yet: contact 158." in await talk.ok("create_contact", **ANN)
        assert sent(talk) == []
    assert row(sandbox, JANE)["title"] == "CFO"


async def test_a_line_is_added_only_to_a_list_that_shows_the_last_one(sandbox: Sandbox, clock: Clock) -> None:
    async with talking(sandbox, clock=clock, toolsets="all") as talk:
        before = _lines(sandbox)
        lagging(sandbox)
        assert (await talk.ok("add_invoice_line", **MORE, description="one")).startswith("Accepted, not visible yet")
        assert "was accepted and does not show yet" in await talk.error("add_invoice_line", **MORE, description="two")
        assert sent(talk) == []
        clock.turn(BEHIND + 1)
        assert (await talk.ok("add_invoice_line", **MORE, description="two")).startswith("Accepted, not visible yet")
    assert _lines(sandbox) == before + 2


def _lines(sandbox: Sandbox) -> int:
    found = next(each for each in sandbox.rows(INVOICES) if each["id"] == MORE["invoice_id"])
    lines = found["line_items"]
    return len(lines) if isinstance(lines, tuple) else 0


SILENT: dict[str, tuple[dict[str, Any], str]] = {
    "update_contact": ({"contact_id": JANE, "title": "CEO"}, "Accepted, not visible yet: contact 9."),
    "create_client": ({"name": "Fresh"}, "Accepted, not visible yet: client 11113."),
    "toggle_client": ({"client_id": ACME}, "The toggle was accepted. Harvest does not show the change so far."),
    "delete_contact": ({"contact_id": JANE}, "The delete was accepted. Harvest does not show the change so far."),
}


@pytest.mark.parametrize("tool", SILENT)
async def test_a_success_that_did_nothing_is_not_told_as_done_and_has_no_effect(
    sandbox: Sandbox, clock: Clock, tool: str
) -> None:
    arguments, said = SILENT[tool]
    sandbox.fail(Fault("silent"))
    async with talking(sandbox, reply="yes", clock=clock) as talk:
        assert (await talk.call(tool, **arguments)).text.startswith(said)
        assert await outcome(talk) == "accepted"
        clock.turn(USUAL.lag)
        assert await outcome(talk) == "no effect"
        assert await talk.error("undo_change", change_id=1) == (
            "Change 1 had no effect, so there is nothing to undo. Nothing was undone."
            " The vendor accepted it, and it never showed."
        )
        await talk.ok(tool, **arguments)
        assert len(sent(talk)) == 1


async def test_an_undo_after_a_read_back_that_failed_reads_now(sandbox: Sandbox, clock: Clock) -> None:
    async with talking(sandbox, clock=clock, toolsets="all") as talk:
        sandbox.fail(Fault("status", "400", method="GET", skip=1))
        assert await talk.ok("add_invoice_line", **MORE, description="one") == (
            f"Accepted, but invoice 7006 could not be read back. {tells(1)} {undo(1)}"
        )
        before = _lines(sandbox)
        assert (await talk.ok("undo_change", change_id=1)).startswith('Undid change 1: invoice "1006" (7006) is as it')
    assert _lines(sandbox) == before - 1


async def test_a_record_made_a_moment_ago_that_answers_404_is_not_gone(sandbox: Sandbox, clock: Clock) -> None:
    sandbox.fail(Fault("unseen", "5", times=None))
    async with talking(sandbox, clock=clock) as talk:
        assert (await talk.ok("create_client", name="Fresh")).startswith("Accepted, not visible yet: client 11113.")
        clock.turn(6)
        assert await outcome(talk) == "applied"
    assert sandbox.rows(CLIENTS)[-1]["name"] == "Fresh"
