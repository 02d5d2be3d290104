"""Tell a client that a call waits for the call budget, or how far a long one is."""

from harvest_mcp.protocol.elicitation import Context
from harvest_mcp.text.render import visible


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
