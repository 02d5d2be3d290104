"""Parse one line from a client if it is understood exactly; anything unusual is left to the SDK.

Parsed without `json`, whose regular expressions take as long to import as Python takes to start.
"""

from _collections_abc import Callable
from _json import make_scanner

TYPE_CHECKING = False  # that of `typing`, which takes long to import
if TYPE_CHECKING:
    from typing import Any

LONGEST, DEEPEST, MOST_DIGITS, LONGEST_ID = 16_384, 64, 15, 128
BLANKS = " \t\r"
MODERN = "2026-07-28"
VERSION, CAPABILITIES, CLIENT = (
    f"io.modelcontextprotocol/{name}" for name in ("protocolVersion", "clientCapabilities", "clientInfo")
)


class Message:
    """A request, or a notification, whose id is empty; an id is kept as answers repeat it."""

    __slots__ = ("id", "method", "params")

    def __init__(self, id: str, method: str, params: "dict[str, Any]") -> None:
        self.id, self.method, self.params = id, method, params

    @property
    def greets(self) -> bool:
        """Whether these are the parameters of a handshake, and nothing is unusual about them."""
        given = self.params
        return (
            given.keys() == {"protocolVersion", "capabilities", "clientInfo"}
            and type(given["protocolVersion"]) is str
            and _fits(given["capabilities"], ABLE)
            and _is_client(given["clientInfo"])
        )

    @property
    def enveloped(self) -> bool:
        """Whether its parameters are the envelope of 2026-07-28 and nothing else."""
        envelope = self.params.get("_meta")
        return (
            len(self.params) == 1
            and type(envelope) is dict
            and envelope.keys() - {CLIENT} == {VERSION, CAPABILITIES}
            and envelope[VERSION] == MODERN
            and _fits(envelope[CAPABILITIES], ABLE)
            and (CLIENT not in envelope or _is_client(envelope[CLIENT]))
        )


class _Reading:
    """The standard library's parser, strict, and only with short integers."""

    strict, object_hook, object_pairs_hook = True, None, None

    def __init__(self) -> None:
        self.memo: dict[str, str] = {}

    @staticmethod
    def parse_int(digits: str) -> int:
        if len(digits) > MOST_DIGITS or digits[0] == "-":
            raise ValueError(digits)
        return int(digits)

    @staticmethod
    def parse_float(digits: str) -> float:
        raise ValueError(digits)

    parse_constant = parse_float


_scan = make_scanner(_Reading())  # type: ignore[arg-type]  # any object with these attributes will do


def value(text: str) -> "Any":
    """Return the value of a JSON text with plain numbers only.

    Raises:
        ValueError: it is not JSON; StopIteration: it is not JSON, or empty.
    """
    text = text.strip(BLANKS)
    try:
        found, end = _scan(text, 0)
    except SystemError:  # what CPython raises for its JSONDecodeError as long as nobody imported that
        raise ValueError(text) from None
    if end != len(text):
        raise ValueError(text)
    return found


def read(line: bytes) -> Message | None:
    """Return the message of a line that is understood exactly; None for any other."""
    if len(line) > LONGEST or line.count(b"{") + line.count(b"[") > DEEPEST or b"\\ud" in line.lower():
        return None
    try:
        found = value(line.decode())
    except (ValueError, StopIteration):
        return None
    if type(found) is not dict or found.pop("jsonrpc", None) != "2.0":
        return None
    method, params = found.pop("method", None), found.pop("params", {})
    id = _repeated(found.pop("id")) if "id" in found else ""
    if found or id is None or type(method) is not str or type(params) is not dict:
        return None
    return Message(id, method, params)


def _repeated(id: object) -> str | None:
    """Return an id as an answer repeats it, if it is a plain one."""
    if type(id) is int:
        return str(id)
    plain = type(id) is str and len(id) <= LONGEST_ID and id.isascii() and id.isprintable()
    return f'"{id}"' if type(id) is str and plain and '"' not in id and "\\" not in id else None


def _any(found: object) -> bool:
    return type(found) is dict


def _flag(found: object) -> bool:
    return type(found) is bool


def _text(found: object) -> bool:
    return type(found) is str


def _named(found: object) -> bool:
    return type(found) is dict and all(type(each) is dict for each in found.values())


def _within(allowed: "dict[str, Callable[[Any], bool]]") -> "Callable[[Any], bool]":
    return lambda found: _fits(found, allowed)


def _fits(found: "Any", allowed: "dict[str, Callable[[Any], bool]]") -> bool:
    return type(found) is dict and all(name in allowed and allowed[name](each) for name, each in found.items())


ABLE: "dict[str, Callable[[Any], bool]]" = {
    "roots": _within({"listChanged": _flag}),
    "sampling": _within({"context": _any, "tools": _any}),
    "elicitation": _within({"form": _any, "url": _any}),
    "experimental": _named,
    "extensions": _named,
    "tasks": _within(
        {
            "list": _any,
            "cancel": _any,
            "requests": _within(
                {"elicitation": _within({"create": _any}), "sampling": _within({"createMessage": _any})}
            ),
        }
    ),
}
"""Known client capabilities, with the forms that every revision accepts."""
ICON: "dict[str, Callable[[Any], bool]]" = {
    "src": _text,
    "mimeType": _text,
    "sizes": lambda found: type(found) is list and all(type(each) is str for each in found),
}
IS: "dict[str, Callable[[Any], bool]]" = {
    **dict.fromkeys(("name", "version", "title", "description", "websiteUrl"), _text),
    "icons": lambda found: type(found) is list and all(_fits(each, ICON) and "src" in each for each in found),
}


def _is_client(found: "Any") -> bool:
    return _fits(found, IS) and "name" in found and "version" in found
