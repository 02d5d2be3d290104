"""What an account has to be for the sandbox in front of it: one vendor's contract."""

from typing import Protocol

from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall


class World(Protocol):
    """One vendor's account."""

    @property
    def sign_in(self) -> HttpAnswer:
        """The page that a visitor without a session is shown."""

    @property
    def filler(self) -> tuple[str, str]:
        """A list and one of it, as their elements are called: what a body of many megabytes is made of."""

    @property
    def content_type(self) -> str:
        """Of what it answers, errors too."""

    @property
    def throttled_status(self) -> int:
        """What a call too many answers."""

    def throttled(self, call: HttpCall) -> HttpAnswer | None:
        """Count a call; return what it gets when it is one too many."""

    def answer(self, call: HttpCall) -> HttpAnswer:
        """Carries a call out."""

    def error(self, kind: str, message: str) -> bytes:
        """Return a body that says what went wrong."""
