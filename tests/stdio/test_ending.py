"""Once no more messages come, calls under way are finished and answered, and the process goes."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harvest_mcp.sandbox import ADMIN, Fault, Sandbox, open_account, running
from harvest_mcp.systems.harvest import CLIENTS
from tests.patience import wait_until
from tests.stdio.children import INITIALIZED, Child, Nursery, call, hello

WAYS: dict[str, Callable[[Child], None]] = {
    "the end of stdin": Child.close,
    "SIGTERM": lambda child: child.signal(signal.SIGTERM),
    "Ctrl-C": lambda child: child.signal(signal.SIGINT),
    "SIGHUP": lambda child: child.signal(signal.SIGHUP),
}
LEAVES = "Told to end by {}: finishing list_projects, update_client. Ctrl-C {} ends at once.\n"
PATIENT = (3600.0, 3600.0)
"""Limits to the end of a process for a machine that does much else."""
CUT = "This server ended before the call was done. A change under way is in the journal: list_changes shows it."


@pytest.fixture
def account() -> Iterator[Sandbox]:
    with open_account(calls=None) as sandbox:
        yield sandbox


@pytest.fixture
def env(account: Sandbox) -> Iterator[dict[str, str]]:
    with running(account) as url:
        yield {"HARVEST_URL": url, "HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}


def details(account: Sandbox) -> Any:
    return next(row["details"] for row in account.rows(CLIENTS) if row["id"] == 11072)


def begun(account: Sandbox, *seen: str) -> None:
    """Wait until these calls have reached the account."""
    wait_until(lambda: set(seen) <= {f"{each.method} {each.path}" for each in account.seen})


def logged(child: Child, line: str) -> None:
    """Wait until this ends its log."""
    wait_until(lambda: child.log().endswith(line), child.log)


def slow(account: Sandbox, child: Child) -> None:
    """A write and a read that are on their way until the account is calm; the write is carried out at once."""
    account.fail(Fault("delay", "3600", method="PUT"))
    account.fail(Fault("delay", "3600", path="/projects"))
    child.ask(hello("hello"))
    child.send(INITIALIZED, call("read", "list_projects"))
    child.send(call("write", "update_client", client_id=11072, details="New"))
    begun(account, "PUT /clients/11072", "GET /projects")


def said(answer: dict[str, Any]) -> str:
    return str(answer["result"]["content"][0]["text"])


@pytest.mark.parametrize("way", WAYS)
def test_calls_under_way_are_finished_and_answered_before_the_process_ends(
    way: str, account: Sandbox, env: dict[str, str], born: Nursery
) -> None:
    with born.child(env=env, limits=PATIENT) as child:
        slow(account, child)
        WAYS[way](child)
        if way != "the end of stdin":
            logged(child, LEAVES.format(way, "again" if way == "Ctrl-C" else "twice"))
        account.calm()
        answers = {each["id"]: said(each) for each in child.rest()}
        assert answers["read"].startswith("# ")
        assert answers["write"].startswith('Updated client "SuprCorp" (11072).')
        assert child.ended() == 0
        told = "" if way == "the end of stdin" else f": Ended by {way} after finishing list_projects, update_client.\n"
        assert child.log().endswith(told)
    assert details(account) == "New"


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_does_nothing_goes_at_once(way: str, born: Nursery) -> None:
    with born.child("--sandbox", limits=PATIENT) as child:
        child.ask(hello("hello"))
        WAYS[way](child)
        assert child.rest() == []
        assert child.ended() == 0
        assert child.log().endswith("" if way == "the end of stdin" else f": Ended by {way}.\n")


def test_a_second_ctrl_c_ends_at_once_and_the_journal_has_what_was_begun(
    account: Sandbox, env: dict[str, str], born: Nursery
) -> None:
    with born.child(env=env, limits=PATIENT) as child:
        slow(account, child)
        child.signal(signal.SIGINT)
        logged(child, LEAVES.format("Ctrl-C", "again"))
        child.signal(signal.SIGTERM)  # finishing goes on
        child.signal(signal.SIGINT)
        assert child.rest() == []
        assert child.ended() == 130
        assert child.log().endswith("second Ctrl-C. Still under way: list_projects, update_client.\n")
        state = child.env["HARVEST_MCP_STATE"]
    with born.child(env={**env, "HARVEST_MCP_STATE": state}) as child:
        assert ",update_client," in said(child.ask(call(1, "list_changes")))


def test_what_takes_too_long_is_answered_with_an_error_and_named(
    account: Sandbox, env: dict[str, str], born: Nursery
) -> None:
    with born.child(env=env, limits=(0.2, 3600)) as child:
        slow(account, child)
        child.close()
        named = "Ended by the end of stdin. Still under way after 0.2 s: list_projects, update_client.\n"
        logged(child, named)
        account.calm()
        answers = {each["id"]: each["error"] for each in child.rest()}
        cut = {"code": -32000, "message": CUT}
        assert answers == {"read": cut, "write": cut}
        assert child.ended() == 1
        assert child.log().endswith(named)
    assert details(account) == "New"


def test_a_process_that_does_not_come_to_its_end_is_ended(account: Sandbox, env: dict[str, str], born: Nursery) -> None:
    with born.child(env=env, limits=(3600, 0.1)) as child:
        slow(account, child)
        child.close()
        assert child.ended() == 1


@pytest.mark.parametrize("way", ["the end of stdin", "SIGTERM"])
def test_a_form_that_nobody_can_answer_any_more_deletes_nothing(way: str, born: Nursery) -> None:
    with born.child("--sandbox", limits=PATIENT) as child:
        child.ask(hello("hello", elicitation={}))
        question = child.ask(call("delete", "delete_contact", contact_id=10))
        assert question["method"] == "elicitation/create"
        WAYS[way](child)
        (answer,) = child.rest()
        assert said(answer) == "This server ended before anybody answered the question. Nothing was deleted."
        assert child.ended() == 0


def test_a_client_that_reads_no_more_has_gone(account: Sandbox, env: dict[str, str], born: Nursery) -> None:
    with born.child(env=env, limits=PATIENT) as child:
        child.ask(hello("hello"))
        os.close(child.out)
        child.out = os.open(os.devnull, os.O_RDONLY)
        child.send(call("write", "update_client", client_id=11072, details="New"))
        assert child.ended() == 0
    assert details(account) == "New"
