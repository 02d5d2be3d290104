"""Attached files: recognised by first bytes and name, sent as a form, and downloaded."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from harvest_mcp.errors import Malformed
from harvest_mcp.spec import Attachment, Exchange, Record, Request, Response, Scope

# What each begins with: PNG 5.2, GIF89a 17, ISO 32000-1 7.5.2, JPEG's start of image and the marker behind it.
BEGINS: Mapping[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
    "image/jpeg": (b"\xff\xd8\xff",),
}
ENDINGS: Mapping[str, str] = {
    "png": "image/png",
    "gif": "image/gif",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file to send: its name without folders, its media type, its bytes."""

    name: str
    kind: str
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class UnfitFile(ValueError):
    """A file that must not be sent; its message ends a sentence."""


def kind_of(data: bytes) -> str:
    """Return the media type that the first bytes show; empty for every other file."""
    return next((kind for kind, begins in BEGINS.items() if data.startswith(begins)), "")


def ending_of(kind: str) -> str:
    return next(ending for ending, known in ENDINGS.items() if known == kind)


def checked(name: str, data: bytes, attachment: Attachment) -> AttachedFile:
    """Return a file that may be sent.

    Raises:
        Unfit: it is empty, too large, of another type, or its name contradicts its content.
    """
    name = _bare(name)
    named = ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name.lstrip(".") else None
    if not data:
        raise UnfitFile("is empty")
    if len(data) > attachment.most:
        raise UnfitFile(f"has more than {attachment.most:,} bytes, the most that is sent")
    if (kind := kind_of(data)) == "":
        raise UnfitFile(f"is none of {', '.join(attachment.kinds)} by its first bytes")
    if named != kind:
        raise UnfitFile(f"is {kind} by its first bytes, so its name must end in .{ending_of(kind)}")
    return AttachedFile(name, kind, data)


def _bare(name: str) -> str:
    """Return a name without folders, in composed letters, and without quotes and line ends, which would leave the
    header."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1]).strip()
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name):
        raise UnfitFile("has a name with an invisible character; give it a plain one")
    if len(name) > LONGEST_NAME:
        raise UnfitFile(f"has a name of more than {LONGEST_NAME} characters")
    return name


def attach(scope: Scope[Record], attachment: Attachment, id: int, file: AttachedFile) -> Exchange[None]:
    """Return EX-5 or EX2-4: a form with one part. The response's body is ignored, as the record is read again."""
    kind, body = form(attachment.part, file)
    whom = scope.acted if attachment.method == "POST" else {}
    path, query = attachment.path.format(id=id), tuple((name, str(each)) for name, each in whom.items())
    return Exchange(Request(attachment.method, path, query, body, kind), lambda answer: None)


def fetch(attachment: Attachment, id: int, lies: str = "") -> Exchange[AttachedFile]:
    """Return EX-6, which reads the bytes by what they are, whatever the response calls them.

    A file outside the API is fetched from where the record says.

    Raises:
        Malformed: that is no address.
    """

    def read(answer: Response) -> AttachedFile:
        if (kind := kind_of(answer.body)) == "":
            raise Malformed(f"not-a-{attachment.noun}")
        return AttachedFile(f"{attachment.noun}-{id}.{ending_of(kind)}", kind, answer.body)

    if not attachment.lies:
        return Exchange(Request("GET", attachment.path.format(id=id)), read)
    try:
        parts = urlsplit(lies)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        raise Malformed("another-address") from None
    if not (parts.scheme and parts.netloc):
        raise Malformed("another-address")
    return Exchange(Request("GET", parts.path, query, origin=f"{parts.scheme}://{parts.netloc}"), read)


def form(part: str, file: AttachedFile) -> tuple[str, bytes]:
    """Return content type and body of a `multipart/form-data` with one file (RFC 7578).

    A non-ASCII name goes as UTF-8, with `"` as %22, as browsers send it.
    """
    boundary = f"harvest-mcp-{file.digest[:32]}"
    while boundary.encode() in file.data:  # no file contains it by chance
        boundary += "-"
    name = file.name.replace('"', "%22")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n'
    head += f"Content-Type: {file.kind}\r\n\r\n"
    return f"multipart/form-data; boundary={boundary}", head.encode() + file.data + f"\r\n--{boundary}--\r\n".encode()
