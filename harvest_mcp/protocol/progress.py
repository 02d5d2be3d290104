"""Tell a client that a call waits for the call budget, or how far a long one is."""

from collections.abc import Mapping
from typing import Any

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


def without_null_token(params: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return the parameters of a request without a progress token of null; any other unchanged."""
    meta = (params or {}).get("_meta")
    if params is None or not isinstance(meta, dict) or meta.get(ASKED, ...) is not None:
        return params
    return {**params, "_meta": {name: value for name, value in meta.items() if name != ASKED}}
