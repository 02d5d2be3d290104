"""What the sandbox needs of an account: one vendor's contract."""

from typing import Protocol

from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall


class World(Protocol):
    """One vendor's account."""

    @property
    def sign_in(self) -> HttpAnswer:
        """The sign-in page for visitors without a session."""

    @property
    def filler(self) -> tuple[str, str]:
        """The element names of a list and of one record in it, to build a body of many megabytes."""

    @property
    def content_type(self) -> str:
        """The content type of its responses, errors too."""

    @property
    def throttled_status(self) -> int:
        """The status of a throttled response."""

    def throttled(self, call: HttpCall) -> HttpAnswer | None:
        """Count a call; return the throttled response if it exceeds the budget."""

    def answer(self, call: HttpCall) -> HttpAnswer:
        """Carry out a call and return the response."""

    def error(self, kind: str, message: str) -> bytes:
        """Return the body of an error."""
