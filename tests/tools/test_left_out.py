"""What strict and careless clients send for every tool: it changes and answers exactly what the sparse call does."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import Sandbox
from harvest_mcp.tools.arguments.tolerance import Notes, accept
from tests import calls
from tests.conftest import Talk, talking
from tests.incwo import kit as incwo
from tests.incwo.made import LISTED, WRITTEN
from tests.sandbox.kit import Clock
from tests.stored import differing, image
from tests.tools.kit import account

pytestmark = pytest.mark.anyio

Given = dict[str, Any]
Vary = Callable[[str, Given, Mapping[str, Any]], Given]
NOTE = re.compile(
    r"(?<=\.) [\w, ]+ (was|were) (null and left alone; \"\" empties|empty and left alone, since [\w ]+)\."
)
ID = re.compile(r"(id|zid|limit)\Z")


def optional(given: Given, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What may be left out and was, with its type."""
    for name, item in schema["properties"].items():
        if name not in given and name not in schema.get("required", ()):
            yield name, item.get("type", "string")


def as_null(tool: str, given: Given, schema: Mapping[str, Any]) -> Given:
    return {**given, **{name: None for name, _ in optional(given, schema)}}


def as_empty(tool: str, given: Given, schema: Mapping[str, Any]) -> Given:
    """Empty values of the kind each argument is of; in an update "" empties, and so is sent for no column."""
    empty: Given = {"array": [], "boolean": "", "string": ""}
    blank = dict(given)
    for name, kind in optional(given, schema):
        if kind == "integer":
            blank[name] = 0 if ID.search(name) and not tool.startswith("update_") else None
        elif kind != "string" or not tool.startswith("update_") or name == "confirm":
            blank[name] = empty[kind]
    return blank


def as_text(tool: str, given: Given, schema: Mapping[str, Any]) -> Given:
    """Numbers and truth values as text, a list of words as words."""
    return {name: _text(value, schema["properties"][name].get("type")) for name, value in given.items()}


def _text(value: Any, kind: str | None) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        plain = all(isinstance(each, str) for each in value)
        return ",".join(value) if plain else [{name: _text(each[name], None) for name in each} for each in value]
    return str(value) if isinstance(value, int) else float(value) if kind == "integer" else value


def as_empty_text(tool: str, given: Given, schema: Mapping[str, Any]) -> Given:
    return as_empty(tool, as_text(tool, given, schema), schema)


FORMS_IN_TURN: tuple[Vary, ...] = (as_null, as_empty_text)
"""What one call is sent with, and the next; each argument alone is read in every form below."""


@dataclass
class Walk:
    """What a row of calls came to: their answers and what was sent, the questions, and the account at the end."""

    answers: list[tuple[str, Given, str]] = field(default_factory=list)
    sent: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    account: bytes = b""

    async def call(self, talk: Talk, tool: str, given: Given) -> str:
        assert isinstance(talk.sandbox.clock, Clock)
        talk.sandbox.clock.turn(60)
        text = await talk.ok(tool, **given)
        self.answers.append((tool, given, text))
        self.sent.append(talk.wire())
        return text

    async def again(self, talk: Talk) -> "Walk":
        """The same calls, their arguments in another form."""
        schemas = {tool.name: tool.input_schema for tool in (await talk.client.list_tools()).tools}
        walk = Walk()
        for number, (tool, given, _) in enumerate(self.answers):
            await walk.call(talk, tool, FORMS_IN_TURN[number % 2](tool, given, schemas[tool]))
        return walk.end(talk)

    def end(self, talk: Talk) -> "Walk":
        self.account, self.asked = image(talk.sandbox), talk.asked
        return self

    def told(self) -> list[tuple[str, str]]:
        return [(tool, NOTE.sub("", text)) for tool, _, text in self.answers]


@asynccontextmanager
async def at(opened: AbstractContextManager[Sandbox], caller: Account, **flags: Any) -> AsyncIterator[Talk]:
    with opened as sandbox:
        async with talking(sandbox, reply="yes", account=caller, clock=sandbox.clock, toolsets="all", **flags) as talk:
            yield talk


def harvest() -> Any:
    return at(calls.account(), account())


async def walked_harvest(talk: Talk) -> Walk:
    walk = Walk()
    for number, tool in enumerate(calls.EVERY):
        await walk.call(talk, tool, calls.said(tool, number))
    return walk.end(talk)


def same(walk: Walk, sparse: Walk) -> None:
    for got, wanted in zip(walk.told(), sparse.told(), strict=True):
        assert got == wanted
    assert (walk.sent, walk.asked) == (sparse.sent, sparse.asked)
    assert differing(walk.account, sparse.account) == {}


async def test_every_tool_of_harvest_answers_and_changes_the_same_in_every_form() -> None:
    async with harvest() as talk:
        sparse = await walked_harvest(talk)
    assert {tool for tool, _, _ in sparse.answers} == set(calls.EVERY)
    async with harvest() as talk:
        walk = await sparse.again(talk)
    same(walk, sparse)


def of_incwo() -> Any:
    return at(incwo.opened("nested=replace", "page_size=200"), incwo.account(), system="incwo")


CHILDREN: dict[str, dict[str, tuple[Given, Given]]] = {
    "contact": {
        "address": ({"address_type": "other"}, {"city": "Nice"}),
        "item": ({"type_id": "skype", "value": "1"}, {"value": "2"}),
    },
    "firm": {
        "address": ({"address_type": "other"}, {"city": "Nice"}),
        "item": ({"type_id": "71", "value": "1"}, {"value": "2"}),
    },
    "timesheet": {"line": ({"day": 3, "duration": "7.5"}, {"day": 4})},
    "expense": {"line": ({"day": 3, "amount": "18.40"}, {"day": 4})},
}
"""Of lists within a record: one that is added, and what is changed of it."""


MANY: dict[str, Given] = {
    "export_incwo_records": {"kind": "contacts", "records": [str(incwo.ANNE)], "format": "vcard"},
    "export_incwo_firm": {"firm_id": 500_005},
    "find_incwo_duplicates": {"kind": "firms"},
    "report_incwo_invoices": {"of": "owed"},
    "report_incwo_work": {"of": "budget_left"},
    "add_incwo_note": {"record": incwo.ANNE, "text": "Rappeler"},
    "update_incwo_many": {"kind": "contacts", "records": [str(incwo.ANNE)], "set": ["job_title=Gérante"]},
    "import_incwo_contacts": {"rows": [{"name": "Ana Souza", "company": "Souza"}], "new_firms": True},
    "merge_incwo_contacts": {"keep": incwo.ANNE, "other": incwo.JEAN},
}


def newest(said: str, child: str) -> int:
    """The id of the last child in the list of its kind."""
    (listed,) = [rows for name, rows in incwo.told(said).items() if isinstance(rows, list) and child in name]
    id: int = listed[-1]["id"]
    return id


async def walked_incwo(talk: Talk) -> Walk:
    walk = Walk()
    for noun, (plural, _, _, row) in LISTED.items():
        await walk.call(talk, f"list_incwo_{plural}", {"limit": 1})
        await walk.call(talk, f"get_incwo_{noun}", {f"{noun}_id": int(row.partition(",")[0])})
    for noun, (creates, _, changes, _, _) in WRITTEN.items():
        key = {f"{noun}_id": incwo.told(await walk.call(talk, f"create_incwo_{noun}", creates))["id"]}
        if not changes:
            continue
        await walk.call(talk, f"update_incwo_{noun}", {**key, **changes})
        for child, (added, changed) in CHILDREN.get(noun, {}).items():
            tool = f"incwo_{noun}_{child}"
            said = await walk.call(talk, f"add_{tool}", {**key, **added})
            said = await walk.call(talk, f"update_{tool}", {**key, f"{child}_id": newest(said, child), **changed})
            await walk.call(talk, f"remove_{tool}", {**key, f"{child}_id": newest(said, child)})
        await walk.call(talk, f"delete_incwo_{noun}", key)
    await walk.call(talk, "search_records", {"query": "lacaze", "kinds": ["incwo_firms"]})
    for tool, given in MANY.items():
        await walk.call(talk, tool, given)
    await walk.call(talk, "list_changes", {})
    await walk.call(talk, "get_change", {"change_id": 1})
    await walk.call(talk, "undo_change", {"change_id": 9})
    return walk.end(talk)


async def test_every_tool_of_incwo_answers_and_changes_the_same_in_every_form() -> None:
    async with of_incwo() as talk:
        sparse = await walked_incwo(talk)
        offered = {tool.name for tool in (await talk.client.list_tools()).tools}
    assert {tool for tool, _, _ in sparse.answers} == offered
    async with of_incwo() as talk:
        walk = await sparse.again(talk)
    same(walk, sparse)


SYSTEMS = {name: server.tools_for(settings.read({"toolsets": "all", "system": name})) for name in ("harvest", "incwo")}


FORMS: dict[str, dict[Any, tuple[Any, ...]]] = {
    str(int): {9: ("9", 9.0)},
    str(bool): {True: ("true",), False: ("false",)},
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_number_and_truth_value_is_taken_as_text(system: str) -> None:
    for tool in SYSTEMS[system]:
        for name, item in tool.arguments.model_fields.items():
            for value, forms in FORMS.get(str(item.annotation), {}).items():
                for form in forms:
                    read = accept(tool.arguments, {name: form}, Notes())
                    assert (tool.name, read, type(read[name])) == (tool.name, {name: value}, type(value))


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_optional_argument_is_left_out_by_null_and_by_what_is_empty(system: str) -> None:
    for tool in SYSTEMS[system]:
        for name, item in tool.arguments.model_fields.items():
            if item.is_required():
                continue
            filled = tool.name.startswith("update_") and name != "confirm"
            nothings: tuple[Any, ...] = (None,) if filled else (None, "", [])
            for nothing in nothings:
                assert (tool.name, accept(tool.arguments, {name: nothing}, Notes())) == (tool.name, {})
