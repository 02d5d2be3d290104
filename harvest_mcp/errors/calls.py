"""Errors of a call to the vendor."""

from harvest_mcp.errors.base import HarvestMcpError


class CallFailed(HarvestMcpError):
    """A call to the vendor did not succeed."""


class NotFound(CallFailed):
    """404: no such record or path, or this user may not see it (harvest-v1 6.1); `hint` is the vendor's explanation."""

    def __init__(self, what: str, *, hint: str = "", state: str = "", next: str = "") -> None:
        super().__init__(what, state=state, next=next)
        self.hint = hint


class Unauthorized(CallFailed):
    """401: the vendor does not accept the credentials."""


class NotConnected(Unauthorized):
    """The caller has not connected their account of this `system`, or has to reconnect it; nothing was sent."""

    def __init__(self, system: str, what: str) -> None:
        super().__init__(what)
        self.system = system


class Forbidden(CallFailed):
    """403: this user has no right to it, or the API is switched off for them."""


class Refused(CallFailed):
    """400 and similar: a rule of the vendor; `hint` is the vendor's own explanation, cleaned, or empty.

    `kind` is the vendor's word for the error, or empty.
    """

    def __init__(self, what: str, *, hint: str = "", state: str = "", next: str = "") -> None:
        super().__init__(what, state=state, next=next)
        self.hint, self.kind = hint, ""


class Throttled(CallFailed):
    """The account's call budget is used up; `seconds` until it is worth trying again."""

    def __init__(self, what: str, *, seconds: float, next: str) -> None:
        super().__init__(what, next=next)
        self.seconds = seconds


class GateClosed(Throttled):
    """Waiting for the account's budget would take too long, so the call was not sent."""


class Unreachable(CallFailed):
    """No connection could be opened, so nothing was carried out."""


class Unavailable(CallFailed):
    """The vendor answered with a server error, or broke off."""


class TooSlow(CallFailed):
    """The time limit of the call passed."""


class Malformed(CallFailed):
    """The response is not what it should be; `code` names the rule, `line` the place. Its text is never quoted."""

    def __init__(self, code: str, *, line: int | None = None) -> None:
        self.code, self.line = code, line
        place = f" at line {line}" if line else ""
        super().__init__(
            ANOTHER.get(code) or f"The answer is not a document this server reads: {code}{place}.",
            next=LESS if code.startswith("too-") and code != "too-deep" else AGAIN,
        )


AGAIN = "Try once more; if it stays, run `harvest-mcp doctor` and report the code."
LESS = "It is larger than this server reads at once. Ask for less: updated_since=… or another filter of its list tool."
ANOTHER = {
    "another-record": "The answer is about another record than was asked for.",
    "another-list": "The answer is about another record than was asked for.",
    "another-day": "The answer is about another day than was asked for.",
    "another-week": "The answer is about another week than was asked for.",
}
"""Messages for valid responses to another request."""


class NotTheApi(CallFailed):
    """Something other than the API answered: a web page, a sign-in form, a redirect elsewhere."""


class InDoubt(CallFailed):
    """A write was sent and no response says whether it was carried out. Never send it again blindly."""
