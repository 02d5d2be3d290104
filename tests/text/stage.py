"""A client that hears every string a server says to it, and an account whose every text hides something."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape

import mcp
import mcp_types as types
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from harvest_mcp import server
from harvest_mcp.config import settings
from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import ADMIN, Fault, Sandbox
from harvest_mcp.spec import Part, Plan, Record, Resource, View, fields
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.wire.rails import spell
from tests.conftest import REPLIES, Era, Reply

ROOMY = Plan(calls=1_000_000, seconds=15, pause=16)
TOOLSETS = "account,crm,changes"
"""What is played over hostile records: of the toolsets all others are derived like."""
RESOURCES = tuple(resource for resource in HARVEST.resources if resource.toolset in TOOLSETS.split(","))


@dataclass(slots=True)
class Stage:
    """A connected client. `heard` holds what it was told: by which tool or prompt, and every string of it;
    `called` are the tools it called, `refused` those that answered with an error."""

    client: mcp.Client
    sandbox: Sandbox
    heard: list[tuple[str, str]] = field(default_factory=list)
    called: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    now: str = "initialize"

    def hear(self, said: BaseModel | str) -> None:
        """Every string, whatever it is part of; names of fields are ours and come along."""
        self.heard += [(self.now, text) for text in _strings(said if isinstance(said, str) else said.model_dump())]

    async def call(self, tool: str, **arguments: Any) -> str:
        """The answer's text, error or not."""
        self.now = tool
        self.called.add(tool)
        result = await self.client.call_tool(tool, arguments, progress_callback=self._progress)
        self.hear(result)
        if result.is_error:
            self.refused.add(tool)
        return "\n".join(part.text for part in result.content if isinstance(part, types.TextContent))

    async def prompt(self, name: str, arguments: dict[str, str]) -> None:
        self.now = f"prompt {name}"
        try:
            self.hear(await self.client.get_prompt(name, arguments))
        except MCPError as error:
            self.hear(error.error)

    async def begin(self) -> list[str]:
        """Everything that is told before the first call; the names of the tools."""
        self.hear(str(self.client.instructions))
        tools, prompts = await self.client.list_tools(), await self.client.list_prompts()
        self.hear(tools)
        self.hear(prompts)
        return [tool.name for tool in tools.tools]

    async def _progress(self, progress: float, total: float | None, message: str | None) -> None:
        self.hear(message or "")


def account(plan: Plan) -> Account:
    """The administrator, with a budget of the test's own."""
    return Account.basic(replace(HARVEST, plan=plan), "http://sandbox.localhost", ADMIN.email, ADMIN.password)


@asynccontextmanager
async def listening(
    sandbox: Sandbox,
    *,
    era: Era,
    reply: Reply | Callable[[], Reply] | None = "decline",
    plan: Plan = ROOMY,
    **flags: Any,
) -> AsyncIterator[Stage]:
    """A client over one sandbox; `reply` answers every form, None is a client that cannot show one."""
    chosen = settings.read({"toolsets": TOOLSETS, **flags})
    desk = server.desk(chosen, [account(plan)], server.in_process(sandbox), state=server.sandbox_state(chosen, sandbox))

    async def form(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
        stage.hear(params)
        assert reply is not None
        return REPLIES[reply() if callable(reply) else reply]

    try:
        async with mcp.Client(
            server.build(chosen, desk), mode=era, elicitation_callback=form if reply else None
        ) as client:
            stage = Stage(client, sandbox)
            yield stage
    finally:
        await desk.aclose()


def texts(resource: Resource[Record]) -> list[str]:
    """The columns of a resource that hold text."""
    return [name for name, item in fields(resource.record).items() if item.type is str]


def sign(noun: str, column: str) -> str:
    """What a column's text begins with, to know it by."""
    return f"{noun}_{column}_"


def fill(sandbox: Sandbox, resource: Resource[Record], hidden: str, **more: Any) -> int:
    """Lay down a record whose every text hides this."""
    return sandbox.put(resource, **{name: sign(resource.noun, name) + hidden for name in texts(resource)}, **more)


def told(view: View[Part], hidden: str) -> Fault:
    """What a view answers when every text of it hides this."""
    body = f"<{view.root}>{_elements(view.record, hidden)}</{view.root}>"
    return Fault("garbage", "200", path=view.path, body=f'<?xml version="1.0"?>{body}'.encode())


def parts(record: type[Part], under: str = "") -> Iterator[str]:
    """The names of every text in a part and in the parts of it."""
    for name, item in fields(record).items():
        if issubclass(item.type, Part):
            yield from parts(item.type, f"{under}{name}_")
        elif item.type is str:
            yield under + name


def _elements(record: type[Part], hidden: str, under: str = "") -> str:
    samples: dict[type, str] = {int: "1", bool: "true"}
    written = []
    for name, item in fields(record).items():
        if issubclass(item.type, Part):
            text = _elements(item.type, hidden, f"{under}{name}_")
        else:
            text = samples.get(item.type, "") or (
                escape(sign("part", under + name) + hidden) if item.type is str else ""
            )
        written.append(f"<{spell(name)}>{text}</{spell(name)}>")
    return "".join(written)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _strings(name)
            yield from _strings(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings(item)
