"""Build an MCP server from our tools and prompts; with `elicitation` and `stdio`, all use of the SDK in serving.

The low-level server is used on purpose: it takes schemas and results as they are. The decorator layer coerces
arguments, drops unknown ones, prefixes errors and imports what a stdio start does not need.
"""

import base64
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any, TypeAlias
from urllib.parse import quote

import mcp_types as types
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from harvest_mcp.errors import HarvestMcpError, InDoubt, InvalidArguments, NotConnected, StateError
from harvest_mcp.protocol import icon, views
from harvest_mcp.protocol.connecting import connect_page
from harvest_mcp.protocol.elicitation import Context, Elicited, person, question, refuse_unknown_state
from harvest_mcp.protocol.progress import Progress
from harvest_mcp.protocol.prompt_texts import filled, offered
from harvest_mcp.protocol.prompts import Prompt
from harvest_mcp.protocol.reading import Completions, RecordReader
from harvest_mcp.protocol.resources import Resources
from harvest_mcp.protocol.schemas import schema
from harvest_mcp.protocol.visit import Entrance, Offer, OpenEntrance, Outcome, outcome_of
from harvest_mcp.spec import System
from harvest_mcp.text.render import visible
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.tool import Answer, Attached, Call, Desk, Tool

log = logging.getLogger("harvest_mcp.tools")

McpServer: TypeAlias = Server[Any]
FIXED: tuple[CacheableMethod, ...] = (
    *("server/discover", "tools/list", "prompts/list"),
    *("resources/list", "resources/templates/list"),
)
FRESH_MS = 3_600_000
"""Lists never change in a process; an hour, since a client may keep them over an upgrade that does change them."""


def make_server(  # noqa: PLR0913 - what a server is made of, said once
    *,
    version: str,
    instructions: str,
    tools: Sequence[Tool],
    prompts: Sequence[Prompt],
    desk: Desk | HarvestMcpError,
    systems: Sequence[System] = (),
    entrance: Entrance | None = None,
) -> McpServer:
    """Return a server over these tools; serve it with `stdio.serve_stdio`, or connect a client in process.

    `desk` may be an error instead: then every call returns it and does nothing else. An `entrance` may offer fewer
    tools to single requests.
    """
    came = entrance or OpenEntrance(Offer(instructions, tools, prompts))
    resources = Resources(views.fixed_texts(), [RecordReader(came, desk)])
    there = _Offered(came, resources, Completions(came, desk, systems))
    made = Server[Any](
        "harvest-mcp",
        version=version,
        title=" and ".join(system.title for system in systems) or None,
        website_url=systems[0].website if systems else None,
        icons=[types.Icon(src=icon.address(), mime_type=icon.KIND, sizes=["any"])],
        instructions=instructions,
        cache_hints=dict.fromkeys(FIXED, CacheHint(ttl_ms=FRESH_MS)),
        get_tool_input_schema=_in_headers,
        on_list_tools=there.tools,
        on_call_tool=_caller(came, desk),
        on_list_prompts=there.prompts,
        on_get_prompt=there.prompt,
        on_list_resources=there.fixed,
        on_list_resource_templates=there.templates,
        on_read_resource=there.read,
        on_completion=there.complete,
    )
    made.extensions[views.EXTENSION] = {}
    if entrance is not None:
        made.middleware.append(_instructing(entrance))
    return made


@dataclass(frozen=True, slots=True)
class _Offered:
    """Handles every request except calls, according to what each request is offered."""

    came: Entrance
    resources: Resources
    names: Completions

    async def tools(self, ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        _one_page("tools/list", params)
        return types.ListToolsResult(tools=[described(tool) for tool in self.came.offer(ctx).tools])

    async def prompts(self, ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        _one_page("prompts/list", params)
        return types.ListPromptsResult(prompts=[offered(prompt) for prompt in self.came.offer(ctx).prompts])

    async def prompt(self, ctx: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        return filled(self.came.offer(ctx).prompts, params)

    async def fixed(self, ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        _one_page("resources/list", params)
        return types.ListResourcesResult(resources=self.resources.listed(self.came.offer(ctx)))

    async def templates(
        self, ctx: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        _one_page("resources/templates/list", params)
        return types.ListResourceTemplatesResult(resource_templates=self.resources.templates(self.came.offer(ctx)))

    async def read(self, ctx: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        return await self.resources.read(ctx, self.came.offer(ctx), params.uri)

    async def complete(self, ctx: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        return await self.names.complete(ctx, params)


def _in_headers(tool: str) -> None:
    """Return no schema: no argument is sent in a header, and to check that the SDK would list all tools at each
    call."""


def _instructing(entrance: Entrance) -> ServerMiddleware[Any]:
    """Give each client instructions for the tools it is offered, although the SDK has only one text."""

    async def instruct(ctx: Context, call_next: CallNext) -> HandlerResult:
        found = await call_next(ctx)
        if ctx.method in ("initialize", "server/discover") and isinstance(found, dict):
            found["instructions"] = entrance.offer(ctx).instructions
        return found

    return instruct


Called: TypeAlias = types.CallToolResult | types.InputRequiredResult
GIVEN_UP: Outcome = "cancelled"
UNKNOWN = "unknown"
"""An unknown tool's name in the log, as the real one may contain anything."""


def _caller(
    entrance: Entrance, desk: Desk | HarvestMcpError
) -> Callable[[Context, types.CallToolRequestParams], Awaitable[Called]]:
    """Return the handler of tool calls."""

    async def answer(
        ctx: Context, params: types.CallToolRequestParams, by_name: Mapping[str, Tool]
    ) -> tuple[Called, Outcome]:
        refuse_unknown_state(ctx, params)
        tool = by_name.get(params.name)
        if isinstance(desk, HarvestMcpError):
            return _result(_not_ready(desk, tool), error=True), "refused"
        if tool is None:
            return _result(_unknown(params.name, by_name), error=True), "refused"
        told, whose = Progress(ctx), entrance.whose(ctx)
        if refusal := entrance.refusal(ctx, tool):
            return _result(refusal, error=True), "refused"
        asks = person(ctx, params)
        try:
            async with entrance.desk(ctx, desk) as own:
                call = Call(own, tool.name, asks, told.waiting, told.progress, by_name.keys(), whose)
                return await _call(tool, call, params.arguments or {}, entrance.told)
        except NotConnected as why:
            sent = await connect_page(entrance, ctx, params, why)
            return _result(sent, error=True) if isinstance(sent, str) else sent, "waits"
        except StateError as why:
            return _result(entrance.told(why.leaving(tool.untouched)), error=True), "refused"

    async def call_tool(ctx: Context, params: types.CallToolRequestParams) -> Called:
        by_name = {tool.name: tool for tool in entrance.offer(ctx).tools}
        begun, outcome = monotonic(), GIVEN_UP
        entrance.began()
        try:
            result, outcome = await answer(ctx, params, by_name)
        except MCPError:
            outcome = "refused"
            raise
        finally:
            entrance.ended(ctx, params.name if params.name in by_name else UNKNOWN, outcome, monotonic() - begun)
        return result

    return call_tool


def _one_page(method: str, params: types.PaginatedRequestParams | None) -> None:
    """Refuse a cursor: none is ever issued."""
    if params is not None and params.cursor:
        message = f"Unknown cursor. {method} has one page: call it without a cursor."
        raise MCPError(code=types.INVALID_PARAMS, message=message)


def _not_ready(why: HarvestMcpError, tool: Tool | None) -> str:
    return str(HarvestMcpError(why.what, state=tool.untouched if tool else "", next=why.next))


def _unknown(name: str, known: Iterable[str]) -> str:
    """Return the error for an unknown tool: the closest known names, or all; never the name itself."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    close = get_close_matches(name[:60], known, n=3)
    there = f"Similar: {', '.join(close)}." if close else f"Tools: {', '.join(known)}."
    return f"There is no tool of that name here. {there}"


@cache
def described(tool: Tool) -> types.Tool:
    """Return a tool in the protocol's type; its schema is made once.

    Its view is told to every client: not all that show views say so.
    """
    told = types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.says,
        input_schema=schema(tool.arguments),
        annotations=_hints(tool),
    )
    if meta := views.meta_of(tool.name):
        told.meta = meta
    return told


def _hints(tool: Tool) -> types.ToolAnnotations:
    """Return the two hints that clients use; one that only reads has just `readOnlyHint`."""
    if tool.hints.reads:
        return types.ToolAnnotations(read_only_hint=True)
    return types.ToolAnnotations(read_only_hint=False, destructive_hint=tool.hints.destroys)


def weight(tool: Tool) -> int:
    """Return the bytes of a tool in `tools/list`."""
    return len(described(tool).model_dump_json(by_alias=True, exclude_unset=True).encode())


async def _call(
    tool: Tool, call: Call, raw: dict[str, Any], told: Callable[[HarvestMcpError], str]
) -> tuple[Called, Outcome]:
    """Run a tool; whatever happens becomes a result."""
    noted = ""
    try:
        arguments = parse(tool.name, tool.arguments, raw)
        noted = arguments.noted
        await call.desk.find()
        return _result(Answer.of(await tool.run(call, arguments)).beside(noted)), "ok"
    except Elicited as asked:
        return question(asked), "waits"
    except NotConnected as error:
        error.leaving(tool.untouched)
        raise
    except HarvestMcpError as error:
        if not isinstance(error, InDoubt):
            error.leaving(tool.untouched)
        if noted and isinstance(error, InvalidArguments):
            error.what = f"{error.what} {noted}"
        return _result(told(error), error=True), outcome_of(error)
    except (Exception, SystemExit) as crash:
        # Its message may contain anything: only its type and origin are shown and logged.
        frames = "".join(traceback.format_tb(crash.__traceback__))
        log.error("%s crashed with %s\n%s", tool.name, type(crash).__name__, frames)
        said = (
            f"{tool.name} failed inside this server ({type(crash).__name__}). "
            "Whether anything was sent is in the server's log. Look before you call again."
        )
        return _result(said, error=True), "failed"


def _result(said: str | Answer, *, error: bool = False) -> types.CallToolResult:
    """Return a call's result; every text of every result is made visible here."""
    answer = Answer.of(said)
    content: list[types.ContentBlock] = [types.TextContent(text=visible(answer.text))]
    content += [_attached(each) for each in answer.attached]
    return types.CallToolResult(content=content, is_error=error)


def _attached(file: Attached) -> types.ImageContent | types.EmbeddedResource:
    """Return a picture as image content, any other file as an embedded resource."""
    data = base64.b64encode(file.data).decode("ascii")
    if file.kind.startswith("image/"):
        return types.ImageContent(data=data, mime_type=file.kind)
    uri = f"file:///{quote(visible(file.name))}"
    return types.EmbeddedResource(resource=types.BlobResourceContents(uri=uri, mime_type=file.kind, blob=data))
