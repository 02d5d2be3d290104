"""Error responses, with the recorded texts and bodies (harvest-v2 3.1, 3.2)."""

import json

from harvest_mcp.sandbox.asgi import Headers, HttpAnswer
from harvest_mcp.sandbox.pages import PAGE, page

JSON = "application/json; charset=utf-8"
NOT_AUTHORIZED = "Not authorized!"
CLIENT_IN_USE = "This client is not removable. It still has projects and/or invoices."
REALM = 'Bearer realm="Rack::OAuth2 Protected Resources", error="invalid_token", error_description="{words}"'

NO_SUCH_PAGE = HttpAnswer(
    404, body=page("HARVEST: Can't find page", "<p>There is nothing at this address.</p>"), content_type=PAGE
)
GET_WITH_BODY = HttpAnswer(400, body=b"HTTP GET requests with a body are not accepted.", content_type="text/plain")
NO_USER_AGENT = HttpAnswer(400, body=b"Send a User-Agent that names your application.", content_type="text/plain")
MISSING = HttpAnswer(404, body=b'{"status":404,"error":"Not Found"}', content_type=JSON)


class Refusal(Exception):
    """An error response; with `hint` the message is in the `Hint` header too."""

    def __init__(self, status: int, message: str = "", *, hint: bool = False) -> None:
        super().__init__(message)
        self.status, self.message, self.hint = status, message, hint

    def answer(self) -> HttpAnswer:
        if self.status == 404:
            return MISSING
        headers: Headers = (("Hint", self.message),) if self.hint else ()
        return HttpAnswer(self.status, headers, told(self.message), JSON)


def told(message: str) -> bytes:
    """Return the body of an error."""
    return json.dumps({"message": message}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def invalid(*problems: str) -> Refusal:
    """Return a 422 with all problems in one message."""
    return Refusal(422, ", ".join(problems))


def blocked(message: str) -> Refusal:
    """Return the refusal of a delete, with the message in `Hint` too."""
    return Refusal(422, message, hint=True)


def forbidden() -> Refusal:
    return Refusal(403, NOT_AUTHORIZED, hint=True)


def missing() -> Refusal:
    return Refusal(404)


def unreadable(message: str) -> Refusal:
    return Refusal(400, message)


def unauthorized(words: str) -> HttpAnswer:
    body = json.dumps({"error": "invalid_token", "error_description": words}, separators=(",", ":")).encode()
    return HttpAnswer(401, (("WWW-Authenticate", REALM.format(words=words)),), body, JSON)
