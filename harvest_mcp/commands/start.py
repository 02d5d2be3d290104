"""What comes before the command line is read, and what is kept of it for the next start."""

from _collections_abc import Awaitable, Callable

TYPE_CHECKING = False  # that of `typing`, which takes long to import
if TYPE_CHECKING:
    from harvest_mcp.protocol.front.opening import Begun
    from harvest_mcp.protocol.sdk import McpServer


class ServerStart:
    """What came before the command line is read: the key of this start, and the conversation that has begun."""

    def __init__(self, key: str | None = None, place: str | None = None, begun: "Begun | None" = None) -> None:
        """`place` is where the file of this key lies, or is to lie."""
        self._key, self._place, self.begun = key, place, begun

    def keeping(self, server: "McpServer", log_level: str) -> "Callable[[], Awaitable[None]] | None":
        """Return what keeps the answers of this server for the next start.

        Not for a log with more than warnings, which tells of messages that would not come by.
        """
        if self._key is None or self._place is None or log_level not in ("WARNING", "ERROR"):
            return None
        from functools import partial  # noqa: PLC0415 - not before the first answer

        from harvest_mcp.protocol.front import making  # noqa: PLC0415 - same

        return partial(making.keep, server, self._key, self._place, tells=log_level == "WARNING")

    def forget(self) -> None:
        """Keep nothing of this start, and take away what was kept: its settings are not right any more."""
        if self._place is not None:
            from harvest_mcp.protocol.front import making  # noqa: PLC0415 - only when something is wrong

            making.drop(self._place)
            self._place = None
