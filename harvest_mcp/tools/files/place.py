"""Write a file for a person: only in the operator's folder, whole or not at all, never over another file."""

import errno
import os
import re
import tempfile
from pathlib import Path

from harvest_mcp.errors import HarvestMcpError

SETTING = "HARVEST_MCP_EXPORT_FOLDER"
MOST_OF_A_NAME = 150
"""The most bytes of a name, leaving room for a number and an extension within 255."""
UNFIT_LETTERS = re.compile(r"[^\w .,&()+-]+")
MOST_OF_ONE_NAME = 1_000
"""The most files of one name, told apart by numbers."""
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
"""The last is Windows's, on a disk without links."""
WHY = {errno.ENOSPC: "there is no space left", errno.EDQUOT: "your share of the disk is used up"}


class NotWritten(HarvestMcpError):
    """A file could not be written; nothing of it was left."""


def file_name(*words: str, end: str) -> str:
    """Return a safe file name: no path, no leading dot, no name reserved on any system."""
    said = UNFIT_LETTERS.sub(" ", "-".join(filter(None, words))).encode()[:MOST_OF_A_NAME]
    bare = " ".join(said.decode(errors="ignore").split())
    return f"{bare.strip(' .-') or 'export'}.{end}"


def keep(folder: str, name: str, data: bytes) -> Path:
    """Write a file and return its path; a number is added if the name is taken.

    Raises:
        NotWritten: the folder is missing, not writable, or full.
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
    """Give a complete file its name; an existing link or file of that name is neither followed nor replaced."""
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
        there.touch(0o600, exist_ok=False)  # a disk without hard links: take the name first, then fill the file
        try:
            part.replace(there)
        except OSError:
            there.unlink()
            raise
