"""Read a response body raw, capped, and unpacked in bounded steps.

httpx unpacks a whole chunk at once: 3 kB of nested gzip became 3.8 GB although the caller stopped at 8 MB.
"""

import zlib

import httpx

from harvest_mcp.errors import Malformed

STEP = 1 << 16


async def read(answer: httpx.Response, *, most: int) -> bytes:
    """Return the decoded body, at most `most` bytes.

    Raises:
        Malformed: it is compressed otherwise than by gzip, is broken, or is larger.
    """
    coding = answer.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip"):
        raise Malformed("content-coding")
    unpack = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    out, came = bytearray(), False
    assert isinstance(answer.stream, httpx.AsyncByteStream)  # noqa: S101 - no other is asked for
    async for chunk in answer.stream:
        came = came or bool(chunk)
        _take(out, chunk, unpack, most)
    if unpack is not None and came and not unpack.eof:
        raise Malformed("gzip-cut-short")
    return bytes(out)


def _take(out: bytearray, chunk: bytes, unpack: "zlib._Decompress | None", most: int) -> None:
    for start in range(0, len(chunk), STEP) if unpack else (0,):
        left = chunk[start : start + STEP] if unpack else chunk
        while left:
            piece, left = (left, b"") if unpack is None else _unpacked(left, unpack)
            if len(out) + len(piece) > most:
                raise Malformed("too-large")
            out += piece


def _unpacked(chunk: bytes, unpack: "zlib._Decompress") -> tuple[bytes, bytes]:
    """Return one bounded step of unpacked bytes, and what is left of the chunk."""
    if unpack.eof:  # zlib would buffer whatever follows, without a cap
        raise Malformed("gzip-broken")
    try:
        return unpack.decompress(chunk, STEP), unpack.unconsumed_tail or unpack.unused_data
    except zlib.error:
        raise Malformed("gzip-broken") from None
