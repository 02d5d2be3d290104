"""Reading a local file for a model: only under folders the operator named, whatever links and dots its path holds."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from harvest_mcp.wire.attachments import Unfit

SETTING = "HARVEST_MCP_RECEIPT_FOLDERS"
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def content(path: str, folders: Sequence[str], *, most: int) -> bytes:
    """The bytes of a file, one more than `most` of a larger one.

    Raises:
        Unfit: it is outside the folders, which is said whether it is there or not, or it cannot be read.
    """
    if not folders:
        raise Unfit(f"is not read: this server reads no local files; its operator names folders in {SETTING}")
    try:
        real = Path(path).expanduser().resolve()
        homes = [Path(folder).expanduser().resolve() for folder in folders]
    except (OSError, RuntimeError, ValueError):  # a loop of links, an unknown user
        raise Unfit("cannot be resolved") from None
    if not Path(path).expanduser().is_absolute():
        raise Unfit("is not a whole path, such as /home/ana/receipts/taxi.pdf")
    if not any(real.is_relative_to(home) for home in homes):
        raise Unfit(f"is under none of the folders in {SETTING}: {', '.join(map(str, homes))}")
    try:
        return _read(real, most)
    except OSError as error:
        raise Unfit(f"cannot be read: {(error.strerror or 'it failed').lower()}") from None


def _read(real: Path, most: int) -> bytes:
    """A path without links, read at once: what it names now is a plain file and no link, device or pipe."""
    with os.fdopen(os.open(real, FLAGS), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise Unfit("is not a file")
        return stream.read(most + 1)
