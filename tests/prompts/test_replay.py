"""Every prompt played against the seeded account: its calls are really made, and come to what it promises."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.protocol.prompts import BRACED, ExpectedCall, Prompt, Value, load, put
from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.conftest import Era, Reply, talking

pytestmark = pytest.mark.anyio

OFFERED = "account,crm,projects,reports,changes"
"""The toolsets that the prompts come to."""
PROMPTS = {
    prompt.name: prompt for prompt in load(tool.name for tool in server.tools_for(settings.read({"toolsets": OFFERED})))
}
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COUNTED = {"updated_at", "created_at", "cache_version"}
"""Columns that change with every write, whatever it is."""

Rows = dict[str, dict[str, object]]
Changed = dict[str, dict[str, object] | None]


@dataclass(frozen=True, slots=True)
class Played:
    """One prompt played: the answers, the writes on the wire, what the person was asked, what changed."""

    answers: list[str]
    errors: list[str]
    writes: list[str]
    asked: list[str]
    changed: Changed


@pytest.fixture
def account() -> Iterator[Sandbox]:
    """The seeded account on a known day, so that dates in the examples hold."""
    with open_account(clock=NOW.timestamp) as sandbox:
        yield sandbox


def rows(sandbox: Sandbox) -> Rows:
    return {
        f"{resource.noun} {row['id']}": {name: value for name, value in row.items() if name not in COUNTED}
        for resource in (CLIENTS, CONTACTS)
        for row in sandbox.rows(resource)
    }


def difference(before: Rows, after: Rows) -> Changed:
    """By record: the columns that changed, all of a new one's, None for one that is gone."""
    changed: Changed = {key: None for key in before if key not in after}
    for key, row in after.items():
        if columns := {name: value for name, value in row.items() if before.get(key, {}).get(name, ...) != value}:
            changed[key] = columns
    return changed


def values_of(prompt: Prompt) -> dict[str, Value]:
    return {**{argument.name: argument.example for argument in prompt.arguments}, **prompt.found}


def arguments_of(call: ExpectedCall, values: Mapping[str, Value]) -> dict[str, Value]:
    """A braced name alone stands for the value itself, an id for instance; inside a text for its text."""
    filled: dict[str, Value] = {}
    for name, value in call.arguments.items():
        alone = BRACED.fullmatch(value) if isinstance(value, str) else None
        texts = {key: str(each) for key, each in values.items()}
        filled[name] = values[alone[1]] if alone else put(value, texts) if isinstance(value, str) else value
    return filled


def known(value: Value, told: list[str]) -> bool:
    """Whether every line of a found value stands in something the model was told."""
    return all(any(line in text for text in told) for line in str(value).splitlines())


async def play(prompt: Prompt, sandbox: Sandbox, *, era: Era = "auto", reply: Reply = "yes") -> Played:
    """Make the calls of a prompt; what they need must stand in the examples or in an earlier answer."""
    values, before = values_of(prompt), rows(sandbox)
    told = [argument.example for argument in prompt.arguments]
    answers: list[str] = []
    errors: list[str] = []
    async with talking(sandbox, era=era, reply=reply, toolsets=OFFERED) as talk:
        for call in prompt.calls:
            for name in (each for value in call.arguments.values() for each in BRACED.findall(str(value))):
                assert known(values[name], told), f"{name} is not known before {call.tool}"
            said = await talk.call(call.tool, **arguments_of(call, values))
            (errors if said.is_error else answers).append(said.text)
            told.append(said.text)
        writes = [f"{seen.method} {seen.path}" for seen in sandbox.seen if seen.method != "GET"]
        return Played(answers, errors, writes, talk.asked, difference(before, rows(sandbox)))


def table(answer: str) -> list[dict[str, str]]:
    """The rows of a CSV answer, without its first line."""
    return list(csv.DictReader(answer.splitlines()[1:]))


def briefed(played: Played) -> None:
    search, client, people = played.answers
    assert search == "# 1 hit\nkind,id,name,of,score,why,more\nclient,11072,SuprCorp,,100,name suprcorp,\n"
    assert json.loads(client)["name"] == "SuprCorp"
    assert people.startswith("# 8 contacts\nid,first_name,last_name,title,email,phone_office,phone_mobile\n")
    assert "9,Jane,Doe,President,janedoe@example.com,555.555.5555,555.555.7777\n" in people


def added(played: Played) -> None:
    assert played.answers[1].startswith('Created contact "Amélie Rowe" (158). undo_change(change_id=1) takes')


def archived(played: Played) -> None:
    assert played.answers[2].startswith('Now archived: client "Acme" (11073). undo_change(change_id=1) takes')


def new_ones(played: Played) -> None:
    clients, contacts = (table(answer) for answer in played.answers)
    assert [
        (row["id"], row["name"], row["created_at"][:10]) for row in clients if row["created_at"] >= "2026-11-01"
    ] == [
        ("11111", "Lindenhof Kindergarten", "2026-11-10"),
        ("11112", "Brightwater Sauna Club", "2026-11-21"),
    ]
    new = [row for row in contacts if row["created_at"] >= "2026-11-01"]
    assert [(row["client_id"], row["first_name"], row["last_name"], row["title"]) for row in new] == [
        ("11111", "Frauke", "Janßen", "Leitung"),
        ("11111", "Jens", "Röver", "Elternbeirat"),
        ("11112", "Aino", "Mäkelä", "Founder"),
    ]
    assert len(clients) > 2, "what only changed is listed too, and must be left out by created_at"
    assert not any("next: cursor=" in answer for answer in played.answers)


def reported(played: Played) -> None:
    hours, expenses = played.answers
    assert hours.startswith("# 2026-10-01 to 2026-10-31: ")
    assert expenses.startswith("# 2026-10-01 to 2026-10-31: ")
    *people, total = table(hours)
    assert total["person_id"] == "total"
    assert sum(Decimal(row["hours"]) for row in people) == Decimal(total["hours"])
    assert total["hours"] == str(sum(Decimal(total[f"{fate}_hours"]) for fate in ("billed", "unbilled", "nonbillable")))


def without_email(played: Played) -> None:
    contacts, clients = (table(answer) for answer in played.answers)
    names = {row["id"]: row["name"] for row in clients}
    assert [
        (row["last_name"], names[row["client_id"]], row["phone_office"]) for row in contacts if not row["email"]
    ] == [
        ("Hérault", "Café Zoë", "+33 3 99 00 10 02"),
        ("Schmidt", "Bäckerei Groß", "+49 345 555 025"),
        ("Muñoz", "Peña y Asociados", "+34 91 555 07 73"),
        ("Trevithick", "Penrose Dairy", "+44 1872 960041"),
        ("Inoue", "Yoshida Ceramics 吉田陶器", "+81 75 555 0104"),
    ]
    assert (len(contacts), len(clients)) == (149, 41)


def moved(played: Played) -> None:
    assert played.answers[3].startswith('Updated contact "Priya Raman" (12). undo_change(change_id=1) takes')


def tidied(played: Played) -> None:
    assert "10,John,Smith,Head of Marketing," in played.answers[1]
    assert "11,John,Smith,Facilities," in played.answers[1]
    assert played.answers[3] == (
        'Deleted contact "John Smith" (10). undo_change(change_id=2) makes it again under a new id.'
    )


def corrected(played: Played) -> None:
    assert json.loads(played.answers[2].splitlines()[1])["details"] == ADDRESS


ADDRESS = "456 Broadway\nNew York, NY 10013\nUSA\n212-555-1212\n212-555-1213 (fax)\nhttp://www.company.com"
AMELIE = {
    "id": 158,
    "client_id": 11072,
    "first_name": "Amélie",
    "last_name": "Rowe",
    "title": "Head of Procurement",
    "email": "amelie.rowe@suprcorp.example",
    "phone_office": "212.555.0118",
    "phone_mobile": "917.555.0118",
    "fax": "",
}

PROMISED: dict[str, tuple[Callable[[Played], None], list[str], Changed]] = {
    "add_contact_from_signature": (added, ["POST /contacts"], {"contact 158": AMELIE}),
    "archive_client": (archived, ["POST /clients/11073/toggle"], {"client 11073": {"active": False}}),
    "brief_client": (briefed, [], {}),
    "contacts_without_email": (without_email, [], {}),
    "correct_client_address": (
        corrected,
        ["PUT /clients/11072"],
        {"client 11072": {"details": ADDRESS, "address": ADDRESS}},
    ),
    "move_contact": (moved, ["PUT /contacts/12"], {"contact 12": {"client_id": 11073}}),
    "project_month": (reported, [], {}),
    "tidy_duplicate_contacts": (
        tidied,
        ["PUT /contacts/11", "DELETE /contacts/10"],
        {"contact 10": None, "contact 11": {"phone_mobile": "917.555.0112"}},
    ),
    "who_is_new": (new_ones, [], {}),
}
"""What each prompt comes to: a look at its answers, its writes on the wire, and what changed in the account."""


def test_every_prompt_promises_something() -> None:
    assert sorted(PROMISED) == sorted(PROMPTS)


@pytest.mark.parametrize("name", PROMPTS)
async def test_the_calls_of_a_prompt_come_to_what_it_promises(account: Sandbox, era: Era, name: str) -> None:
    look, writes, changed = PROMISED[name]
    played = await play(PROMPTS[name], account, era=era)
    assert played.errors == []
    look(played)
    assert played.writes == writes
    assert played.changed == changed


@pytest.mark.parametrize("name", PROMPTS)
async def test_a_person_is_asked_before_a_delete_and_never_else(account: Sandbox, name: str) -> None:
    played = await play(PROMPTS[name], account)
    deletes = [call for call in PROMPTS[name].calls if call.tool.startswith("delete_")]
    assert len(played.asked) == len(deletes)


async def test_tidying_deletes_nothing_when_the_person_declines(account: Sandbox, era: Era) -> None:
    played = await play(PROMPTS["tidy_duplicate_contacts"], account, era=era, reply="decline")
    assert played.asked == [
        'Delete contact "John Smith" (10), client "SuprCorp", email "john.smith@suprcorp.example", title "Head of '
        'Marketing"? Undo recreates it under a new id.'
    ]
    assert played.errors == ["The person declined. Nothing was deleted."]
    assert played.writes == ["PUT /contacts/11"]
    assert played.changed == {"contact 11": {"phone_mobile": "917.555.0112"}}


async def test_archiving_a_client_with_active_projects_changes_nothing_and_says_why(account: Sandbox) -> None:
    prompt = PROMPTS["archive_client"].model_copy(update={"found": {"client_id": 11072}})
    arguments = (prompt.arguments[0].model_copy(update={"example": "SuprCorp"}),)
    played = await play(prompt.model_copy(update={"arguments": arguments}), account)
    assert len(played.errors) == 1
    assert '"This client has 2 active projects."' in played.errors[0]
    assert "Nothing was changed." in played.errors[0]
    assert played.changed == {}


async def test_a_signature_of_somebody_who_is_there_is_reported_not_added(account: Sandbox) -> None:
    prompt = PROMPTS["add_contact_from_signature"]
    await play(prompt, account)
    again = await play(prompt, account)
    assert again.errors == [
        'This contact may already be there: "Amélie Rowe" (158). Nothing was created. '
        "Use or update that one, or call again with allow_duplicate=true to create another."
    ]
    assert again.changed == {}


@pytest.mark.parametrize("name", [name for name in PROMPTS if PROMISED[name][1] == []])
async def test_a_prompt_that_changes_nothing_says_so(name: str) -> None:
    assert PROMPTS[name].text.endswith("Change nothing.")
