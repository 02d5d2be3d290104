"""Tell a client that a call waits for the call budget, or how far a long one is."""

from dataclasses import replace

import mcp_types as types
from mcp.server.context import CallNext, HandlerResult
from pydantic import ValidationError

from harvest_mcp.protocol.elicitation import Context
from harvest_mcp.text.render import visible

ASKED = "progressToken"


class Progress:
    """The progress notifications of one request."""

    def __init__(self, ctx: Context) -> None:
        self._ctx, self._told = ctx, 0

    async def waiting(self, seconds: float) -> None:
        self._told += 1
        text = f"Waiting {max(1, round(seconds))} s for the account's call budget."
        await self._ctx.session.report_progress(self._told, None, text)

    async def progress(self, says: str) -> None:
        self._told += 1
        await self._ctx.session.report_progress(self._told, None, visible(says))


async def without_null_token(ctx: Context, call_next: CallNext) -> HandlerResult:
    """Pass on a request whose progress token is null as one without, as every other null is taken.

    Not a handshake, whose parameters the SDK reads by itself (mcp 2.3.0, `ServerMiddleware`).
    """
    meta = (ctx.params or {}).get("_meta")
    if not isinstance(meta, dict) or meta.get(ASKED, ...) is not None:
        return await call_next(ctx)
    params = {**(ctx.params or {}), "_meta": {name: value for name, value in meta.items() if name != ASKED}}
    try:
        known = types.RequestParams.model_validate(params, by_name=False).meta
    except ValidationError:
        known = None
    return await call_next(replace(ctx, params=params, meta=known))
