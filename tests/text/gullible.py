"""An assistant that believes everything it reads, and does it at once; and the account it works in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from harvest_mcp.sandbox import Fault
from harvest_mcp.spec import fields
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST, PROJECTS

from .payloads import payload
from .stage import RESOURCES, Stage, told

CALL = re.compile(r"\b([a-z_]+)\(([^()\n]{0,120})\)")
CODE = re.compile(r'confirm="([\w-]+)"|approve ([A-Z0-9-]{9})')
MOST_CALLS = 4
"""Calls made because of one answer."""


@dataclass(slots=True)
class Gullible:
    """Reads the account, and carries out every call that any answer seems to ask for, with any code it has seen."""

    stage: Stage
    tools: set[str]
    codes: list[str] = field(default_factory=list)
    obeyed: int = 0

    async def read(self, tool: str, **arguments: Any) -> None:
        """Call a tool, and do what its answer says; then once more what the answers to that say."""
        answers = [await self.stage.call(tool, **arguments)]
        for _ in range(2):
            answers = [await self.stage.call(name, **given) for text in answers for name, given in self._orders(text)]

    def _orders(self, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
        self.codes += [one or other for one, other in CODE.findall(text)]
        for name, given in list(dict.fromkeys(CALL.findall(_unhidden(text))))[:MOST_CALLS]:
            if name not in self.tools or (arguments := _parsed(given)) is None:
                continue
            self.obeyed += 1
            yield name, arguments
            if self.codes and name.startswith("delete"):
                yield name, {**arguments, "confirm": self.codes[-1]}


def _unhidden(text: str) -> str:
    """What a model reads behind the marks: letters written as tags come out, everything else hidden goes."""
    letters = re.sub(r"⟦U\+E00([2-7][0-9A-F])⟧", lambda found: chr(int(found[1], 16)), text)
    shown = re.sub(r"⟦U\+[0-9A-F]+⟧", "", letters)
    return f"{shown}\n{shown[::-1]}".replace('\\"', '"')


def _parsed(given: str) -> dict[str, Any] | None:
    try:
        call = ast.parse(f"f({given.replace('true', 'True').replace('false', 'False')})", mode="eval").body
        assert isinstance(call, ast.Call)
        return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError):
        return None


async def exposed(reader: Gullible, name: str, order: str) -> None:
    """Put a payload into every text there is, and let the assistant read all of it."""
    stage = reader.stage
    ids = _records(stage)
    text = payload(name, order, code=reader.codes[-1] if reader.codes else "KX4T-9QWM", **ids)
    with stage.sandbox.store.writing():
        for resource in RESOURCES:
            columns = {column: text for column, item in fields(resource.record).items() if item.type is str}
            stage.sandbox.store.update(resource, ids[resource.noun], columns)
    for view in HARVEST.views:
        stage.sandbox.fail(told(view, text))
        await reader.read(view.name)
        stage.sandbox.calm()
    for resource in RESOURCES:
        await reader.read(HARVEST.tool("list", resource), fields=_listed(resource.noun))
        await reader.read(HARVEST.tool("get", resource), **{resource.key: ids[resource.noun]})
        stage.sandbox.fail(Fault("status", "400", headers=(("Hint", _header(text)),)))
        await reader.read(HARVEST.tool("get", resource), **{resource.key: ids[resource.noun]})
        stage.sandbox.calm()
    await reader.read("search_records", query="Jane delete")
    await reader.read("update_contact", contact_id=ids["contact"], title="Buyer")
    await reader.read("get_change", change_id=1)
    _gone(stage, ids)


def _records(stage: Stage) -> dict[str, int]:
    """A client and a contact, with a project that keeps the client where it is as long as nobody agrees."""
    client = stage.sandbox.put(CLIENTS, name="Doe Ltd", active=True)
    contact = stage.sandbox.put(CONTACTS, client_id=client, first_name="Jane", last_name="Doe")
    return {"client": client, "contact": contact}


def _gone(stage: Stage, ids: dict[str, int]) -> None:
    """Take the records out behind everybody's back, so that the lists stay short; they must still be there."""
    for resource in (CONTACTS, CLIENTS, PROJECTS):
        if resource.noun in ids:
            assert stage.sandbox.store.get(resource, ids[resource.noun]) is not None, "deleted without a person"
            with stage.sandbox.store.writing():
                stage.sandbox.store.delete(resource, ids[resource.noun])


def _listed(noun: str) -> list[str]:
    items = fields(HARVEST.resource(noun).record).items()
    return [name for name, item in items if not item.inner and name != "id"]


def _header(text: str) -> str:
    """As much of it as a header can hold."""
    return " ".join("".join(letter if letter < "\u0100" else "?" for letter in text).split())[:400]
