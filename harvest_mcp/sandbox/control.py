"""The sandbox's own endpoints, for callers on this machine: arm and disarm faults, list the logged calls."""

import json
from collections.abc import Callable, Mapping, Sequence

from pydantic import Base64Bytes, BaseModel, ConfigDict, ValidationError

from harvest_mcp.sandbox.asgi import HttpAnswer, HttpCall, is_loopback
from harvest_mcp.sandbox.call_log import LoggedCall
from harvest_mcp.sandbox.faults import Commit, Fault, Faults, Name

ROOT = "/_sandbox/"
SECRET_HEADERS = frozenset({"authorization", "cookie"})
SECRET_QUERY = "access_token"  # noqa: S105 - the parameter's name, not its value


class Order(BaseModel):
    """A fault as JSON; `body_base64` for bodies that are not text."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    value: str = ""
    method: str | None = None
    path: str = "*"
    times: int | None = 1
    skip: int = 0
    commit: Commit | None = None
    after: float = 0.0
    body: str = ""
    body_base64: Base64Bytes = b""
    content_type: str = "application/xml"
    headers: tuple[tuple[str, str], ...] = ()

    def fault(self) -> Fault:
        """Return the fault that the order describes.

        Raises:
            ValueError: the fault does not take this value.
        """
        options = self.model_dump(exclude={"body", "body_base64"})
        return Fault(**options, body=self.body_base64 or self.body.encode())


def is_control(call: HttpCall) -> bool:
    return call.path.startswith(ROOT)


def answer(call: HttpCall, *, faults: Faults, seen: Sequence[LoggedCall]) -> HttpAnswer:
    """Answer a control call; callers from other machines get a 404."""
    routes: Mapping[tuple[str, str], Callable[[], HttpAnswer]] = {
        ("POST", "/_sandbox/faults"): lambda: _arm(call, faults),
        ("DELETE", "/_sandbox/faults"): lambda: _clear(faults),
        ("GET", "/_sandbox/seen"): lambda: _json(200, [_shown(one) for one in seen]),
    }
    found = routes.get((call.method, call.path))
    if found is None or not _near(call.peer):
        return _json(404, {"error": "There is no such control."})
    return found()


def _arm(call: HttpCall, faults: Faults) -> HttpAnswer:
    if call.headers.get("content-type") != "application/json":
        return _json(400, {"error": "Send JSON."})  # a browser page cannot send it to another site without a preflight
    try:
        faults.arm(Order.model_validate_json(call.body).fault())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return _json(400, {"error": f"{where}: {first['msg']}." if where else f"{first['msg']}."})
    except ValueError as error:
        return _json(400, {"error": str(error)})
    return _json(201, {"armed": True})


def _clear(faults: Faults) -> HttpAnswer:
    faults.clear()
    return _json(200, {"armed": False})


def _near(peer: str | None) -> bool:
    """Return whether the caller is on this machine; one without an address is in this process."""
    return peer is None or is_loopback(peer)


def _shown(seen: LoggedCall) -> Mapping[str, object]:
    """Return a logged call as JSON, without its credentials."""
    return {
        "method": seen.method,
        "path": seen.path,
        "query": [[name, value] for name, value in seen.query if name != SECRET_QUERY],
        "headers": {name: value for name, value in seen.headers.items() if name not in SECRET_HEADERS},
        "body": seen.body.decode("utf-8", "replace"),
        "status": seen.status,
    }


def _json(status: int, value: object) -> HttpAnswer:
    return HttpAnswer(status, body=json.dumps(value).encode(), content_type="application/json")
