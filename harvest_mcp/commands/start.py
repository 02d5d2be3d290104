"""A start before the command line is parsed, and what is stored for the next one."""

from _collections_abc import Awaitable, Callable

TYPE_CHECKING = False  # that of `typing`, which takes long to import
if TYPE_CHECKING:
    from harvest_mcp.protocol.front.opening import Handover
    from harvest_mcp.protocol.sdk import McpServer


class ServerStart:
    """The start so far: its key, and a conversation that may have begun."""

    def __init__(self, key: str | None = None, place: str | None = None, begun: "Handover | None" = None) -> None:
        """`place` is the path of this key's file, existing or not."""
        self._key, self._place, self.begun = key, place, begun

    def keeping(self, server: "McpServer", log_level: str) -> "Callable[[], Awaitable[None]] | None":
        """Return the function that stores this server's answers for the next start.

        None with a log level below WARNING, as messages answered from a file would not be logged.
        """
        if self._key is None or self._place is None or log_level not in ("WARNING", "ERROR"):
            return None
        from functools import partial  # noqa: PLC0415 - not before the first answer

        from harvest_mcp.protocol.front import making  # noqa: PLC0415 - same

        return partial(making.keep, server, self._key, self._place, tells=log_level == "WARNING")

    def forget(self) -> None:
        """Store nothing, and delete what was stored: its settings are no longer valid."""
        if self._place is not None:
            from harvest_mcp.protocol.front import making  # noqa: PLC0415 - only when something is wrong

            making.drop(self._place)
            self._place = None
