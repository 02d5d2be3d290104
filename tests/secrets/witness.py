"""Looks for secrets in whatever was written down, in twelve forms; knows nothing of how the server hides them."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape


def _base64(raw: bytes, shift: int) -> list[str]:
    """The letters that stay the same whatever stands before and behind, `shift` bytes into a group of three."""
    coded = base64.b64encode(b"\0" * shift + raw + b"\0\0").decode()
    first, bits = -(-shift * 8 // 6), (shift + len(raw)) * 8
    return [coded[first : bits // 6]]


FORMS: Mapping[str, Callable[[str, bytes], Iterable[str]]] = {
    "as it is": lambda text, raw: [text],
    "quoted in an address": lambda text, raw: [quote(text, safe=""), quote(text)],
    "quoted in a form": lambda text, raw: [quote_plus(text)],
    "base64, from the first byte of a group": lambda text, raw: _base64(raw, 0),
    "base64, from the second": lambda text, raw: _base64(raw, 1),
    "base64, from the third": lambda text, raw: _base64(raw, 2),
    "base64 for addresses": lambda text, raw: [
        code.replace("+", "-").replace("/", "_") for shift in range(3) for code in _base64(raw, shift)
    ],
    "hexadecimal": lambda text, raw: [binascii.hexlify(raw).decode()],
    "escaped in JSON": lambda text, raw: [json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]],
    "escaped in XML": lambda text, raw: [
        escape(text),
        escape(text, {'"': "&quot;", "'": "&apos;"}),
        escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    ],
    "as Python shows text and bytes": lambda text, raw: [repr(text)[1:-1], ascii(text)[1:-1], repr(raw)[2:-1]],
    "in UTF-16": lambda text, raw: [
        text.encode("utf-16-le").decode("latin-1"),
        text.encode("utf-16-be").decode("latin-1"),
        repr(text.encode("utf-16-le"))[2:-1],
    ],
}
"""Twelve forms in which these secrets can really get about: what HTTP, XML, JSON, logs and dumps make of them."""


class Found(NamedTuple):
    """A secret where it must not be."""

    secret: str
    form: str
    where: str


@dataclass(slots=True)
class Witness:
    """Everything that was heard, and the secrets to look for, in large letters or small."""

    secrets: Mapping[str, str]
    heard: dict[str, list[str]] = field(default_factory=dict)
    before: set[tuple[str, str]] = field(default_factory=set)

    def hear(self, where: str, text: object) -> None:
        """Bytes are taken as Latin-1 and as UTF-8, so that no form hides behind a coding."""
        texts = [str(text)]
        if isinstance(text, bytes):
            texts = [text.decode("latin-1"), text.decode("utf-8", "replace")]
        fresh = [each for each in texts if (where, each) not in self.before]
        self.before |= {(where, each) for each in fresh}
        self.heard.setdefault(where, []).extend(fresh)

    def found(self) -> list[Found]:
        """Every secret in every form in everything that was heard."""
        shapes: dict[str, tuple[str, str]] = {}
        for name, secret in self.secrets.items():
            for form, make in FORMS.items():
                for shape in make(secret, secret.encode()):
                    assert len(shape) > 7, "too short to be told from chance"
                    shapes.setdefault(shape.casefold(), (name, form))
        pattern = re.compile("|".join(map(re.escape, shapes)))
        folded = [(where, text.casefold()) for where, texts in self.heard.items() for text in texts]
        return [
            Found(*shapes[hit[0]], where)
            for where, text in folded
            if any(shape in text for shape in shapes)  # ten times as fast as the pattern, and mostly the end of it
            for hit in pattern.finditer(text)
        ]

    def counted(self) -> str:
        size = sum(len(text) for texts in self.heard.values() for text in texts)
        places = ", ".join(f"{len(texts)} {where}" for where, texts in sorted(self.heard.items()))
        return f"{len(self.secrets)} secrets in {len(FORMS)} forms looked for in {size} characters: {places}"
