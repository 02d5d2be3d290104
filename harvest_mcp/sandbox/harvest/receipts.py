"""Receipts of expenses: their URLs, their checks, and the small files of the seed (harvest-v1 20)."""

import base64
import re
import struct
import zlib
from collections.abc import Mapping
from typing import Annotated

from harvest_mcp.sandbox.harvest.responses.account import BASE_URI
from harvest_mcp.sandbox.harvest.rules import invalid
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.spec import SERVER_SET, Record, Resource
from harvest_mcp.systems.harvest import EXPENSES
from harvest_mcp.wire.rails_wires import Rails

PART = "expense[receipt]"
# File name extensions, and the first bytes of such files.
KINDS: Mapping[str, tuple[str, bytes]] = {
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "gif": ("image/gif", b"GIF8"),
    "pdf": ("application/pdf", b"%PDF-"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
}
NO_SUCH_FILE = "The receipt must be a png, gif, pdf or jpg file."


class Receipt(Record):
    """The file of the expense with the same id."""

    file_name: Annotated[str | None, SERVER_SET] = None
    kind: str | None = None
    base64: str | None = None


RECEIPTS = Resource(
    noun="receipt",
    plural="receipts",
    record=Receipt,
    wire=Rails(""),
    toolset="",
    label=("file_name",),
    says="file of an expense",
)


def url(id: int) -> str:
    """Return the absolute URL of EX-6."""
    return f"{BASE_URI}/expenses/{id}/receipt"


def keep(store: Store, id: int, content_type: str, body: bytes) -> None:
    """EX-5: attach a file to an expense, replacing any other."""
    row = _uploaded(content_type, body)
    with store.writing():
        store.delete(RECEIPTS, id)
        store.insert(RECEIPTS, {**row, "id": id})
        store.update(EXPENSES, id, {"has_receipt": True, "receipt_url": url(id)})


def kept(store: Store, id: int) -> tuple[str, bytes] | None:
    """EX-6: return the media type and the bytes of a receipt."""
    row = store.get(RECEIPTS, id)
    return (str(row["kind"]), base64.b64decode(str(row["base64"]))) if row else None


def seeded(id: int) -> Row:
    """Return a receipt of the seed: an image of one grey pixel, or a page with a number."""
    if id % 4 == 0:
        return {"id": id, **_row(f"receipt-{id}.pdf", "application/pdf", _page(f"Receipt {id}"))}
    return {"id": id, **_row(f"receipt-{id}.png", "image/png", _dot(id % 256))}


def _row(name: str, kind: str, data: bytes) -> Row:
    return {"file_name": name, "kind": kind, "base64": base64.b64encode(data).decode()}


def _uploaded(content_type: str, body: bytes) -> Row:
    """Return the part of a `multipart/form-data` body that holds the receipt."""
    match = re.fullmatch(r'multipart/form-data;\s*boundary="?([^";]{1,70})"?', content_type.strip())
    if match is None:
        raise invalid("The body must be multipart/form-data with a boundary.")
    for part in (b"\r\n" + body).split(b"\r\n--" + match[1].encode())[1:]:
        head, _, data = part.partition(b"\r\n\r\n")
        named = re.search(rb'name="([^"]*)"; filename="([^"]*)"', head)
        if named and named[1].decode("utf-8", "replace") == PART:
            return _checked(named[2].decode("utf-8", "replace"), head, data)
    raise invalid(f"There is no part {PART} with a file name.")


def _checked(name: str, head: bytes, data: bytes) -> Row:
    kind, begins = KINDS.get(name.rpartition(".")[2].lower(), ("", b"\0"))
    if not data.startswith(begins) or f"content-type: {kind}".encode() not in head.lower():
        raise invalid(NO_SUCH_FILE)
    return _row(name, kind, data)


def _dot(shade: int) -> bytes:
    """Return an image of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = zlib.compress(bytes((0, shade)))
    return KINDS["png"][1] + chunk(b"IHDR", header) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")


def _page(words: str) -> bytes:
    """Return a PDF of one small page."""
    drawn = f"BT /F1 12 Tf 10 40 Td ({words}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Resources"
        " << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    text, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    text += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return f"{text}startxref\n{text.index('xref')}\n%%EOF\n".encode("latin-1")
