"""From our tools and prompts to an MCP server; every use of the SDK on the serving side is here.

The low-level server is used on purpose: it takes schemas and results as they are, where the decorator layer coerces
arguments, drops unknown ones, prefixes errors and imports what a stdio start does not need.
"""

import base64
import logging
import traceback
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, Never, TypeAlias
from urllib.parse import quote

import anyio
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from harvest_mcp.errors import HarvestMcpError, InDoubt, InvalidArguments
from harvest_mcp.tools.arguments import parse
from harvest_mcp.tools.confirm import LIFETIME, Person, Question
from harvest_mcp.tools.confirm import Answer as Reply
from harvest_mcp.tools.prompts import Prompt
from harvest_mcp.tools.question import doing
from harvest_mcp.tools.render import visible
from harvest_mcp.tools.schemas import schema
from harvest_mcp.tools.tool import Answer, Attached, Call, Desk, Tool

log = logging.getLogger("harvest_mcp.tools")

Context = ServerRequestContext[Any]
McpServer: TypeAlias = Server[Any]
ASKS_IN_RESULTS = "2026-07-28"
"""From this protocol revision on, a question is a result and the client calls again with the answer."""
CONFIRM = "confirm"


class _Ask(Exception):
    def __init__(self, question: Question, code: str) -> None:
        self.question, self.code = question, code


def make_server(
    *, version: str, instructions: str, tools: Sequence[Tool], prompts: Sequence[Prompt], desk: Desk
) -> McpServer:
    """A server over these tools; serve it with `stdio.serve_stdio`, or connect a client in process."""
    by_name = {tool.name: tool for tool in tools}
    prompted = types.ListPromptsResult(prompts=[_offered(prompt) for prompt in prompts])

    async def list_tools(ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in tools])

    async def call_tool(
        ctx: Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        tool = by_name.get(params.name)
        if tool is None:
            return _result(_unknown(params.name, by_name), error=True)
        told = _Progress(ctx)
        return await _call(
            tool, Call(desk, tool.name, _person(ctx, params), told.waiting, told.progress), params.arguments or {}
        )

    async def list_prompts(ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        return prompted

    async def get_prompt(ctx: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        return _filled(prompts, params)

    return Server(
        "harvest-mcp",
        version=version,
        instructions=instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
    )


def _unknown(name: str, known: Iterable[str]) -> str:
    """No word of the name itself, which may hold anything; close ones, or else all."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    close = get_close_matches(name[:60], known, n=3)
    there = f"Close: {', '.join(close)}." if close else f"Tools: {', '.join(known)}."
    return f"There is no tool of that name here. {there}"


@cache
def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.says,
        input_schema=schema(tool.arguments),
        annotations=_hints(tool),
    )


def _hints(tool: Tool) -> types.ToolAnnotations:
    """The two hints that clients ask people by, always; the others where their absence would say something else."""
    hints = types.ToolAnnotations(read_only_hint=tool.hints.reads, destructive_hint=tool.hints.destroys)
    return (
        hints.model_copy(update={"idempotent_hint": True}) if tool.hints.repeatable and not tool.hints.reads else hints
    )


def weight(tool: Tool) -> int:
    """Bytes of a tool in `tools/list`."""
    return len(_described(tool).model_dump_json(by_alias=True, exclude_unset=True).encode())


async def _call(tool: Tool, call: Call, raw: dict[str, Any]) -> types.CallToolResult | types.InputRequiredResult:
    """Run a tool; whatever happens becomes a result, and nothing ends the process."""
    noted = ""
    try:
        arguments = parse(tool.name, tool.arguments, raw)
        noted = arguments.noted
        return _result(Answer.of(await tool.run(call, arguments)).beside(noted))
    except _Ask as asked:
        return _question(asked)
    except HarvestMcpError as error:
        if not isinstance(error, InDoubt):
            error.leaving(tool.untouched)
        if noted and isinstance(error, InvalidArguments):
            error.what = f"{error.what} {noted}"
        return _result(str(error), error=True)
    except (Exception, SystemExit) as crash:
        # Its text may hold anything, so only its kind and where it came from are told and logged.
        frames = "".join(traceback.format_tb(crash.__traceback__))
        log.error("%s crashed with %s\n%s", tool.name, type(crash).__name__, frames)
        return _result(
            f"{tool.name} failed inside this server ({type(crash).__name__}). "
            "Whether anything was sent is in the server's log. Look before you call again.",
            error=True,
        )


def _result(said: str | Answer, *, error: bool = False) -> types.CallToolResult:
    """The one way out: every string of every result is made visible here."""
    answer = Answer.of(said)
    content: list[types.ContentBlock] = [types.TextContent(text=visible(answer.text))]
    content += [_attached(each) for each in answer.attached]
    return types.CallToolResult(content=content, is_error=error)


def _attached(file: Attached) -> types.ImageContent | types.EmbeddedResource:
    """A picture as one; any other file as a resource of its own."""
    data = base64.b64encode(file.data).decode("ascii")
    if file.kind.startswith("image/"):
        return types.ImageContent(data=data, mime_type=file.kind)
    uri = f"file:///{quote(visible(file.name))}"
    return types.EmbeddedResource(resource=types.BlobResourceContents(uri=uri, mime_type=file.kind, blob=data))


def _question(asked: _Ask) -> types.InputRequiredResult:
    params = types.ElicitRequestFormParams(message=_message(asked.question), requested_schema=_form(asked.question))
    return types.InputRequiredResult(
        input_requests={CONFIRM: types.ElicitRequest(params=params)}, request_state=asked.code
    )


def _message(question: Question) -> str:
    return visible(question.text)


def _form(question: Question) -> dict[str, Any]:
    tick = {"type": "boolean", "title": f"Yes, {doing(question.sheet.does, visible(question.tick))}", "default": False}
    return {"type": "object", "properties": {CONFIRM: tick}, "required": [CONFIRM]}


def _person(ctx: Context, params: types.CallToolRequestParams) -> Person:
    """How the person at the client can be asked; a client that declares only URL questions cannot show a form."""
    capabilities = ctx.session.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return Person()
    if ctx.protocol_version < ASKS_IN_RESULTS:
        return Person(form=_Form(ctx))
    answer = (params.input_responses or {}).get(CONFIRM)
    answered = (params.request_state or "", _answer(answer)) if answer is not None else None
    return Person(form=_ask, answered=answered)


async def _ask(question: Question, code: str) -> Never:
    raise _Ask(question, code)


class _Form:
    """Asks over the back channel of the older protocols, and takes silence, failure and nonsense for no."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def __call__(self, question: Question, code: str) -> Reply:
        with anyio.move_on_after(LIFETIME), suppress(MCPError, ValidationError):
            reply = await self._ctx.session.elicit_form(
                _message(question), _form(question), related_request_id=self._ctx.request_id
            )
            return _answer(reply)
        return "cancelled"


def _answer(reply: object) -> Reply:
    if not isinstance(reply, types.ElicitResult) or reply.action == "cancel":
        return "cancelled"
    if reply.action == "decline":
        return "declined"
    return "yes" if (reply.content or {}).get(CONFIRM) is True else "unticked"


class _Progress:
    """Tells the client that a call waits for the account's budget, or how far a long one is."""

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._told = ctx, 0

    async def waiting(self, seconds: float) -> None:
        self._told += 1
        text = f"Waiting {max(1, round(seconds))} s for the account's call budget."
        await self._ctx.session.report_progress(self._told, None, text)

    async def progress(self, says: str) -> None:
        self._told += 1
        await self._ctx.session.report_progress(self._told, None, visible(says))


def _offered(prompt: Prompt) -> types.Prompt:
    arguments = [
        types.PromptArgument(name=each.name, description=each.description, required=each.required)
        for each in prompt.arguments
    ]
    return types.Prompt(
        name=prompt.name, title=prompt.title, description=prompt.description, arguments=arguments or None
    )


def _filled(prompts: Sequence[Prompt], params: types.GetPromptRequestParams) -> types.GetPromptResult:
    prompt = next((each for each in prompts if each.name == params.name), None)
    if prompt is None:
        names = ", ".join(each.name for each in prompts)
        raise MCPError(code=types.INVALID_PARAMS, message=f"There is no prompt of that name. Prompts: {names}.")
    try:
        text = prompt.fill(params.arguments or {})
    except HarvestMcpError as error:
        raise MCPError(code=types.INVALID_PARAMS, message=str(error)) from None
    message = types.PromptMessage(role="user", content=types.TextContent(text=visible(text)))
    return types.GetPromptResult(description=prompt.description, messages=[message])
