"""Writing a file for a person: only in the folder the operator named, whole or not at all, in no other file's place."""

import errno
import os
import re
import tempfile
from pathlib import Path

from harvest_mcp.errors import HarvestMcpError

SETTING = "HARVEST_MCP_EXPORT_FOLDER"
MOST_OF_A_NAME = 150
"""Bytes, with room for a number and an end in the 255 that a name may have."""
UNFIT_LETTERS = re.compile(r"[^\w .,&()+-]+")
MOST_OF_ONE_NAME = 1_000
"""Files of one name beside each other, each with its number."""
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
"""The last is Windows's, on a disk without links."""
WHY = {errno.ENOSPC: "there is no space left", errno.EDQUOT: "your share of the disk is used up"}


class NotWritten(HarvestMcpError):
    """A file could not be written; there is nothing of it."""


def file_name(*words: str, end: str) -> str:
    """Return a name for a file: no path, no dot before it, nothing that any system keeps for itself."""
    said = UNFIT_LETTERS.sub(" ", "-".join(filter(None, words))).encode()[:MOST_OF_A_NAME]
    bare = " ".join(said.decode(errors="ignore").split())
    return f"{bare.strip(' .-') or 'export'}.{end}"


def keep(folder: str, name: str, data: bytes) -> Path:
    """Write a file and return where it is: under its name, or with a number where there is one of that name.

    Raises:
        NotWritten: the folder is not there, may not be written to, or is full.
    """
    home = Path(folder).expanduser()
    try:
        home = home.resolve(strict=True)
        handle, part = tempfile.mkstemp(prefix=".harvest-mcp-", suffix=".part", dir=home)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            return _named(Path(part), home, name)
        finally:
            Path(part).unlink(missing_ok=True)
    except (OSError, RuntimeError) as error:
        code = getattr(error, "errno", None)
        why = WHY.get(code or 0) or (getattr(error, "strerror", None) or "it failed").lower()
        raise NotWritten(
            f"{name} cannot be written to {home}: {why}.",
            state="No file was written.",
            next=f"Mend the folder, or have the operator name another in {SETTING}; then call again.",
        ) from None


def _named(part: Path, home: Path, name: str) -> Path:
    """Give a file that is whole its name; a link or a file that has it already is neither followed nor replaced."""
    stem, end = os.path.splitext(name)
    for number in range(1, MOST_OF_ONE_NAME):
        there = home / (name if number == 1 else f"{stem} ({number}){end}")
        try:
            _take(part, there)
        except FileExistsError:
            continue
        return there
    raise FileExistsError(errno.EEXIST, f"there are {MOST_OF_ONE_NAME - 1} of this name")


def _take(part: Path, there: Path) -> None:
    try:
        os.link(part, there)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        there.touch(0o600, exist_ok=False)  # a disk without links: the name is taken first, then filled at once
        try:
            part.replace(there)
        except OSError:
            there.unlink()
            raise
