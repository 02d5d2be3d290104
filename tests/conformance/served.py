"""The server as it is, and beside its own tools and prompts those that the suite calls by name, made like any other."""

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import anyio
from starlette.types import ASGIApp, Receive, Scope, Send

from harvest_mcp import __version__, server
from harvest_mcp.config import settings
from harvest_mcp.errors import HarvestMcpError
from harvest_mcp.integrations import opened
from harvest_mcp.protocol import prompts
from harvest_mcp.protocol.prompts import ExpectedCall, Prompt, PromptArgument
from harvest_mcp.protocol.sdk import make_server
from harvest_mcp.protocol.stdio import serve_stdio
from harvest_mcp.protocol.visit import Offer
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.arguments.value_types import WORD
from harvest_mcp.tools.registry import instructions
from harvest_mcp.tools.tool import Answer, Arguments, Attached, Call, Desk, Run, Tool

PICTURE = Attached("dot.png", "image/png", b"\x89PNG\r\n\x1a\n")
NOTE = Attached("note.txt", "text/plain", b"This is an embedded resource.")
SAYS: dict[str, str | Answer] = {
    "test_simple_text": "This is a simple text response for testing.",
    "test_image_content": Answer("One picture.", (PICTURE,)),
    "test_embedded_resource": Answer("One file.", (NOTE,)),
    "test_multiple_content_types": Answer("Both.", (PICTURE, NOTE)),
}
ASKS = (
    "test_elicitation",
    "test_input_required_result_elicitation",
    "test_input_required_result_request_state",
    "test_input_required_result_tampered_state",
)
FIRST, SECOND = (PromptArgument(name=name, description=name, example="x") for name in ("arg1", "arg2"))
PROMPTS: Mapping[str, tuple[str, tuple[PromptArgument, ...]]] = {
    "test_simple_prompt": ("This is a simple prompt for testing.", ()),
    "test_prompt_with_arguments": ("Prompt with arguments: {arg1}, {arg2}", (FIRST, SECOND)),
}


def says(answer: str | Answer) -> Run:
    async def run(call: Call, arguments: Arguments) -> str | Answer:
        return answer

    return run


async def fails(call: Call, arguments: Arguments) -> str:
    raise HarvestMcpError("This tool intentionally returns an error for testing.")


async def progresses(call: Call, arguments: Arguments) -> str:
    for step in ("one", "two", "three"):
        await call.progress(step)
    return "Done."


def suite_tools(own: Mapping[str, Tool]) -> list[Tool]:
    """What asks is the deletion of a contact, the form as ours are."""
    bare, deletes = own["who_am_i"], own["delete_contact"]
    message = model("test_elicitation", Argument("message", WORD))

    async def asks(call: Call, arguments: Arguments) -> str | Answer:
        return await deletes.run(call, parse(deletes.name, deletes.arguments, {"contact_id": 10}))

    runs: dict[str, Run] = {name: says(answer) for name, answer in SAYS.items()}
    runs |= {"test_error_handling": fails, "test_tool_with_progress": progresses}
    return [replace(bare, name=name, run=run) for name, run in runs.items()] + [
        replace(deletes, name=name, run=asks, arguments=message) for name in ASKS
    ]


def suite_prompts() -> list[Prompt]:
    call = ExpectedCall(tool="who_am_i")
    return [
        Prompt(name=name, title=name, description=name, arguments=arguments, calls=(call,), text=text)
        for name, (text, arguments) in PROMPTS.items()
    ]


async def main(place: str) -> None:
    """Serve over stdin."""
    chosen, desk, offer = suite(place)
    systems = server.systems_of(chosen)
    built = make_server(
        version=__version__,
        instructions=offer.instructions,
        tools=offer.tools,
        prompts=offer.prompts,
        desk=desk,
        systems=systems,
    )
    await serve_stdio(built)
    await desk.aclose()


def suite(place: str) -> tuple[settings.Settings, Desk, Offer]:
    """What the suite meets."""
    chosen = settings.read({"state": str(Path(place) / "state.db")})
    desk = server.open_desk(chosen, opened(chosen.systems, None))
    tools = server.tools_for(chosen)
    said = instructions(server.systems_of(chosen), tools, chosen.confirm)
    every = [*tools, *suite_tools({tool.name: tool for tool in tools})]
    return chosen, desk, Offer(said, every, [*prompts.load(tool.name for tool in tools), *suite_prompts()])


def main_http(place: str, port: int, *, signed_in: bool) -> None:
    """Serve at this port of this machine; signed in, every request comes with a token, which the suite has none of."""
    from harvest_mcp.commands import http  # noqa: PLC0415 - only here
    from harvest_mcp.config import http_settings  # noqa: PLC0415 - same
    from harvest_mcp.protocol.http.app import application  # noqa: PLC0415 - same
    from harvest_mcp.protocol.http.serving import server_of  # noqa: PLC0415 - same
    from tests.http.provider import providing  # noqa: PLC0415 - same

    chosen, desk, offer = suite(place)
    with providing() as provider:
        who = {"issuer": provider.issuer, "account": "shared"} if signed_in else {"auth": "none"}
        way = http_settings.read({"http": f"127.0.0.1:{port}", **who})
        listener, reach = http.listening(way), http_settings.reach(way, port)
        site = http.site_of(chosen, way, desk, reach, lambda less: offer)
        app: ASGIApp = application(site)
        if signed_in:
            app = bringing(app, provider.token(aud=reach.url, exp=int(time.time()) + 3600))
        server_of(app, site.stop, notice=0, proxies=(), root_path="").run(sockets=[listener])


def bringing(app: ASGIApp, token: str) -> ASGIApp:
    """Return it behind what adds a token to every request."""

    async def added(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {token}".encode())]
        await app(scope, receive, send)

    return added


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[1:]:
            main_http(folder, int(sys.argv[1]), signed_in="signed-in" in sys.argv)
        else:
            anyio.run(main, folder)
