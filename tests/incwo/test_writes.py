"""When a write is done, refused or in doubt: markers, odd successes, lost answers; nothing is sent a second time."""

from dataclasses import replace
from typing import Any

import anyio
import pytest

from harvest_mcp.changes import USUAL
from harvest_mcp.sandbox import Fault
from harvest_mcp.systems.incwo import FIRMS
from tests.conftest import Era
from tests.incwo.kit import ANNE, LACAZE, at, change, first, writes
from tests.sandbox.kit import Clock

pytestmark = pytest.mark.anyio

FATE = "The request was sent once, but its fate is unknown."
DROPPED = f"{FATE} sandbox.localhost broke the connection off."
NOT_SHOWN = "incwo does not show the change so far. It was not sent a second time."
SETTLE = "It is change 1 in the journal. Call get_change(change_id=1) in a minute: it looks again and settles this."
THERE = "incwo's answer was lost, but the change is there."
REFUSED = {
    "saved-false": "incwo did not save this ({marker} is not true)",
    "422": "incwo refused this (422)",
    "400": "incwo refused this (400)",
}


@pytest.mark.parametrize("invalid", REFUSED)
@pytest.mark.parametrize(
    ("tool", "arguments", "marker", "end"),
    [
        ("create_incwo_firm", {"name": "Neuve", "project": "12"}, "saved", ('"project_id does not exist"', "created")),
        (
            "update_incwo_contact",
            {"contact_id": ANNE, "last_name": ""},
            "updated",
            ('"last_name can\'t be blank"', "changed"),
        ),
    ],
)
async def test_a_refusal_is_told_in_the_vendors_words_and_closes_the_journal(
    era: Era, invalid: str, tool: str, arguments: dict[str, Any], marker: str, end: tuple[str, str]
) -> None:
    async with at(f"invalid={invalid}", era=era) as talk:
        what = REFUSED[invalid].format(marker=marker)
        assert await talk.error(tool, **arguments) == f"{what}: {end[0]} (incwo's words). Nothing was {end[1]}."
        assert len(writes(talk)) == 1
        assert (await change(talk))["outcome"] == "refused"
        assert writes(talk) == []


async def test_a_refusal_repeats_no_password() -> None:
    body = "<firm><saved>false</saved><errors><error>sandbox-é is wrong</error></errors></firm>".encode()
    async with at() as talk:
        talk.sandbox.fail(Fault("garbage", method="POST", body=body, commit="never"))
        said = await talk.error("create_incwo_firm", name="Y")
        assert said.startswith('incwo did not save this (saved is not true): "')
        assert "sandbox-é" not in said


@pytest.mark.parametrize("commit", ["before", "never"])
async def test_a_success_with_another_root_is_a_doubt_that_a_look_settles(commit: Any) -> None:
    async with at() as talk:
        talk.sandbox.fail(Fault("garbage", method="POST", body=b"<contact><id>9</id></contact>", commit=commit))
        said = await talk.call("create_incwo_firm", name="Y")
        if commit == "before":
            assert first(said.text) == f'Created firm "Y" (500305). {THERE} undo_change(change_id=1) takes it back.'
        else:
            unread = "The answer is not a document this server reads: unexpected-root."
            assert said.text == f"{FATE} {unread} {NOT_SHOWN} {SETTLE}"
        assert writes(talk) == ["POST /123456/firms.xml"]


@pytest.mark.parametrize(
    "switches",
    [
        (),
        ("create_status=200", "update_reply=204", "delete_reply=204"),
        ("delete_reply=object", "id_step=1", "missing=404-html"),
    ],
    ids=" ".join,
)
async def test_every_way_to_say_yes_is_taken_for_one(switches: tuple[str, ...]) -> None:
    async with at(*switches, reply="yes") as talk:
        new = 500301 if "id_step=1" in switches else 500305
        said = await talk.ok("create_incwo_firm", name="Y")
        assert first(said) == f'Created firm "Y" ({new}). undo_change(change_id=1) takes it back.'
        said = await talk.ok("update_incwo_contact", contact_id=ANNE, job_title="Gérante")
        assert first(said) == 'Updated contact "Anne Dupont" (880005). undo_change(change_id=2) takes it back.'
        assert await talk.ok("delete_incwo_contact", contact_id=ANNE) == (
            'Deleted contact "Anne Dupont" (880005). undo_change(change_id=3) makes it again under a new id.'
        )
        assert await talk.ok("delete_incwo_contact", contact_id=ANNE) == (
            "Contact 880005 is deleted already; that was change 3."
        )
        assert writes(talk) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("drop", method="POST"), DROPPED),
        (Fault("status", "429", method="POST"), f"{FATE} incwo is throttling this account (429)."),
        (
            Fault("status", "503", method="POST", headers=(("Retry-After", "1"),)),
            f"{FATE} incwo is throttling this account (503).",
        ),
        (Fault("status", "503", method="POST"), f"{FATE} incwo failed to answer (503)."),
        (Fault("status", "502 html", method="POST"), f"{FATE} incwo failed to answer (502)."),
        (
            Fault("html", method="POST"),
            f"{FATE} The address answered with a web page (200) instead of incwo's XML.",
        ),
    ],
    ids=["drop", "429", "503 with a time", "503", "502", "sign-in page"],
)
@pytest.mark.parametrize("commit", ["before", "never"])
async def test_a_create_whose_answer_was_lost_is_looked_for_and_never_repeated(
    fault: Fault, said: str, commit: Any
) -> None:
    async with at() as talk:
        rows = len(talk.sandbox.rows(FIRMS))
        talk.sandbox.fail(replace(fault, commit=commit))
        answer = await talk.call("create_incwo_firm", name="Neuve")
        assert writes(talk) == ["POST /123456/firms.xml"]
        if commit == "before":
            assert (
                first(answer.text) == f'Created firm "Neuve" (500305). {THERE} undo_change(change_id=1) takes it back.'
            )
        else:
            assert answer.text.startswith(said)
            assert "It was not sent a second time. It is change 1 in the journal." in answer.text
        assert len(talk.sandbox.rows(FIRMS)) == rows + (commit == "before")


@pytest.mark.parametrize("status", ["429", "503"])
async def test_a_throttled_change_is_a_doubt_that_settles_as_not_carried_out(status: str) -> None:
    clock = Clock()
    async with at(clock=clock) as talk:
        talk.sandbox.fail(Fault("status", status, method="PUT", headers=(("Retry-After", "0"),)))
        said = await talk.error("update_incwo_firm", firm_id=LACAZE, tva="1")
        assert said == f"{FATE} incwo is throttling this account ({status}). {NOT_SHOWN} {SETTLE}"
        assert len(writes(talk)) == 1
        clock.turn(USUAL.lag)
        assert (await change(talk))["outcome"] == "refused"


@pytest.mark.parametrize("status", ["429", "503"])
async def test_a_throttled_read_is_waited_for(status: str) -> None:
    async with at() as talk:
        talk.sandbox.fail(Fault("status", status, method="GET", headers=(("Retry-After", "1"),)))
        began = anyio.current_time()
        assert (await talk.ok("get_incwo_firm", firm_id=LACAZE)).startswith('{"id":500005,')
        assert anyio.current_time() - began >= 1
        assert talk.wire() == ["GET /123456/firms/500005.xml"] * 2


@pytest.mark.parametrize(("tool", "method"), [("update_incwo_contact", "PUT"), ("delete_incwo_contact", "DELETE")])
@pytest.mark.parametrize("commit", ["before", "never"])
async def test_a_change_whose_answer_was_lost_is_looked_for(tool: str, method: str, commit: Any) -> None:
    arguments = {"job_title": "Gérante"} if method == "PUT" else {}
    async with at(reply="yes") as talk:
        talk.sandbox.fail(Fault("drop", method=method, commit=commit))
        said = await talk.call(tool, contact_id=ANNE, **arguments)
        assert writes(talk) == [f"{method} /123456/contacts/880005.xml"]
        assert said.is_error == (commit == "never")
        if commit == "never":
            assert said.text == f"{DROPPED} {NOT_SHOWN} {SETTLE}"
        assert (await change(talk))["outcome"] == ("in doubt" if said.is_error else "applied")


async def test_what_is_said_twice_is_done_once(era: Era) -> None:
    async with at(era=era) as talk:
        await talk.ok("create_incwo_firm", name="Neuve")
        assert first(await talk.ok("create_incwo_firm", name="Neuve")) == (
            'Already created firm "Neuve" (500305). An identical create ran a moment ago; that was change 1, and '
            "nothing was sent now. undo_change(change_id=1) takes it back. allow_duplicate=true does it once more."
        )
        assert writes(talk) == []


@pytest.mark.parametrize("values", [{"name": " NEUVÈ ".strip()}, {"name": "Autre", "siren": "999999999"}])
async def test_a_likely_duplicate_is_reported_and_made_only_on_demand(era: Era, values: dict[str, str]) -> None:
    async with at(era=era) as talk:
        await talk.ok("create_incwo_firm", name="Neuve", siren="999999999")
        assert await talk.error("create_incwo_firm", **values) == (
            'This firm may already be there: "Neuve" (500305). Nothing was created. Use or update that one, or call'
            " again with allow_duplicate=true to create another."
        )
        assert writes(talk) == []
        said = await talk.ok("create_incwo_firm", **values, allow_duplicate=True)
        assert first(said).startswith("Created firm ")


async def test_namesakes_in_one_firm_are_duplicates_and_in_another_are_not() -> None:
    async with at() as talk:
        assert (
            await talk.error("create_incwo_contact", first_name="Anne", last_name="Dupont", firm="500005")
        ).startswith('This contact may already be there: "Anne Dupont" (880005).')
        said = await talk.ok("create_incwo_contact", first_name="Anne", last_name="Dupont", firm="500010")
        assert first(said) == 'Created contact "Anne Dupont" (881005). undo_change(change_id=1) takes it back.'
