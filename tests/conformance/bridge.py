"""Our stdio server behind HTTP, as the suite wants it: `python -m tests.conformance.bridge PORT COMMAND…`."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any, cast

import anyio
import uvicorn
from anyio.abc import ByteReceiveStream
from anyio.streams.buffered import BufferedByteReceiveStream
from mcp.shared.inbound import ERROR_CODE_HTTP_STATUS
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

numbers, waiting, tokens = iter(range(1000, 2**31)), dict[int, Any](), dict[Any, int]()


async def post(request: Request) -> Response:
    """Pass a message on; a request gets an id that no other has, and what comes for it until it is answered."""
    message, number = await request.json(), next(numbers)
    id, asks = message.get("id"), "method" in message and "id" in message
    if asks:
        message["id"] = number
        waiting[number], said = anyio.create_memory_object_stream[dict[str, Any]](1000)
        tokens[((message.get("params") or {}).get("_meta") or {}).get("progressToken")] = number
    await request.app.state.child.stdin.send(json.dumps(message).encode() + b"\n")
    if not asks:
        return Response(status_code=202)

    async def events(each: dict[str, Any]) -> AsyncIterator[str]:
        while "method" in each:
            yield f"data: {json.dumps(each)}\n\n"
            each = await said.receive()
        yield f"data: {json.dumps({**each, 'id': id})}\n\n"

    first = await said.receive()
    modern = request.headers.get("mcp-protocol-version") not in (None, *HANDSHAKE_PROTOCOL_VERSIONS)
    status = ERROR_CODE_HTTP_STATUS.get(first.get("error", {}).get("code"), 200) if modern else 200
    return StreamingResponse(events(first), status, media_type="text/event-stream")


async def read(lines: BufferedByteReceiveStream) -> None:
    while said := json.loads(await lines.receive_until(b"\n", 2**24)):
        number = said["id"] if "method" not in said else tokens.get(said["params"].get("progressToken"), max(waiting))
        (waiting[number] if "method" in said else waiting.pop(number)).send_nowait(said)


async def main() -> None:
    async with await anyio.open_process(sys.argv[2:], stderr=None) as child, anyio.create_task_group() as group:
        app = Starlette(routes=[Route("/mcp", post, methods=["POST"])])
        app.state.child = child
        group.start_soon(read, BufferedByteReceiveStream(cast(ByteReceiveStream, child.stdout)))
        await uvicorn.Server(uvicorn.Config(app, port=int(sys.argv[1]), log_level="warning")).serve()


anyio.run(main)
