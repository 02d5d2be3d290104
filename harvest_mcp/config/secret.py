"""Secrets: masked wherever they could be read, and removed from other people's text."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NoReturn, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pydantic_core import core_schema

MASK = "********"
SHORTEST_CODE = 6
"""The least length of an encoded secret to look for; shorter ones occur in ordinary words."""

Words = Callable[[str], str]


class Secret:
    """A text that is not shown, compared in public, pickled or copied; `reveal` is for the wire and the keyring."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(_raw(self._text), _raw(other._text))

    def __hash__(self) -> int:
        return hash(self._text)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        made = core_schema.no_info_after_validator_function(cls, core_schema.str_schema(strict=True))
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), made],
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )


class StatePlace(Secret):
    """The place of the state, a file or a `postgresql://` URL; shown without the URL's credentials."""

    __slots__ = ()

    def __str__(self) -> str:
        if not self.remote:
            return self._text
        parts = urlsplit(self._text)
        return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"

    @property
    def remote(self) -> bool:
        return self._text.startswith(("postgresql://", "postgres://"))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The passwords in it, both as written and decoded."""
        if not self.remote:
            return ()
        parts = urlsplit(self._text)
        written = [parts.password or "", *(value for name, value in parse_qsl(parts.query) if "password" in name)]
        return tuple(Secret(text) for text in dict.fromkeys([*written, *map(unquote, written)]) if text)


def secret(text: str | Secret) -> Secret:
    return text if isinstance(text, Secret) else Secret(text)


def blotter(secrets: Iterable[Secret]) -> Words:
    """Return a function that masks every secret in a text, in whatever encoding."""
    known = sorted(filter(None, secrets), key=lambda each: -len(each.reveal()))
    if not known:
        return str

    @cache
    def pattern() -> re.Pattern[str]:  # compiled at first use: it takes some milliseconds
        return re.compile("|".join(_pattern(each.reveal()) for each in known), re.IGNORECASE)

    # In a closure it is in no repr and no attribute.
    return lambda text: pattern().sub(MASK, text)


def _pattern(text: str) -> str:
    """Return a pattern for the text with each letter in any encoding, and for its base64 forms."""
    letters = "".join(f"(?:{'|'.join(_longest_first(_spelt(letter)))})" for letter in text)
    codes = {code for make in CODES.values() for code in make(_raw(text)) if len(code) >= SHORTEST_CODE}
    return "|".join([letters, *_longest_first(codes)])


def _longest_first(forms: Iterable[str]) -> list[str]:
    return [re.escape(form) for form in sorted(set(forms), key=lambda form: (-len(form), form))]


def _spelt(letter: str) -> Iterator[str]:
    for spell in SPELLINGS.values():
        yield from spell(letter)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _base64(raw: bytes) -> Iterator[str]:
    """Yield the part of the base64 code that does not depend on surrounding text, for each of three alignments."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + raw).decode()
        yield coded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]


def _percent(letter: str, sign: str = "%") -> str:
    return "".join(f"{sign}{byte:02X}" for byte in _raw(letter))


NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&apos;", '"': "&quot;"}
SPELLINGS: Mapping[str, Callable[[str], Iterable[str]]] = {
    "as it is": lambda letter: [letter],
    "in an address": lambda letter: [_percent(letter), _percent(letter, "%25")],
    "in a form": lambda letter: ["+", "%2B"] if letter == " " else [],
    "in JSON": lambda letter: [json.dumps(letter)[1:-1], json.dumps(letter, ensure_ascii=False)[1:-1]],
    "in XML": lambda letter: [NAMED.get(letter, letter), f"&#{ord(letter)};", f"&#x{ord(letter):x};"],
    "in Python": lambda letter: [repr(letter)[1:-1], ascii(letter)[1:-1], f"\\{letter}", repr(_raw(letter))[2:-1]],
    "in UTF-8 read as Latin-1": lambda letter: [_raw(letter).decode("latin-1")],
    "in UTF-16": lambda letter: [repr(letter.encode(f"utf-16-{end}", "surrogatepass"))[2:-1] for end in ("le", "be")],
}
"""The encodings of one letter; a text may mix them."""

CODES: Mapping[str, Callable[[bytes], Iterable[str]]] = {
    "base64": _base64,
    "base64 for addresses": lambda raw: [code.replace("+", "-").replace("/", "_") for code in _base64(raw)],
    "base64 in an address": lambda raw: [quote(code, safe="") for code in _base64(raw)],
    "hexadecimal": lambda raw: [raw.hex()],
}
"""Encodings of a text as a whole."""
