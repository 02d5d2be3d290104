"""Read a local file for a model, only below folders the operator named, whatever links and dots its path has."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from harvest_mcp.wire.attachments import UnfitFile

SETTING = "HARVEST_MCP_RECEIPT_FOLDERS"
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
FOLDER = FLAGS | getattr(os, "O_DIRECTORY", 0)


def content(path: str, folders: Sequence[str], *, most: int) -> bytes:
    """Return the bytes of a file, at most one more than `most`.

    Raises:
        Unfit: it cannot be read or is outside the folders; outside, the message is the same whether it exists or
            not.
    """
    if not folders:
        raise UnfitFile(f"is not read: this server reads no local files; its operator names folders in {SETTING}")
    try:
        real = Path(path).expanduser().resolve()
        homes = [Path(folder).expanduser().resolve() for folder in folders]
    except (OSError, RuntimeError, ValueError):  # a loop of links, an unknown user
        raise UnfitFile("cannot be resolved") from None
    if not Path(path).expanduser().is_absolute():
        raise UnfitFile("is not a whole path, such as /home/ana/receipts/taxi.pdf")
    home = next((each for each in homes if real.is_relative_to(each)), None)
    if home is None:
        raise UnfitFile(f"is under none of the folders in {SETTING}: {', '.join(map(str, homes))}")
    try:
        return read(real, home, most)
    except OSError as error:
        raise UnfitFile(f"cannot be read: {(error.strerror or 'it failed').lower()}") from None


def read(real: Path, home: Path, most: int) -> bytes:
    """Return the bytes of a path below a folder, following no link, not even one that just replaced a folder.

    Raises:
        OSError: it cannot be opened so.
        Unfit: it is a folder, a device or a pipe.
    """
    with os.fdopen(_opened(real, home), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise UnfitFile("is not a file")
        return stream.read(most + 1)


def _opened(real: Path, home: Path) -> int:
    """Open each folder from within the one before, if the system can do that."""
    *folders, name = real.relative_to(home).parts or (".",)
    if os.open not in os.supports_dir_fd:
        return os.open(real, FLAGS)
    at = os.open(home, FOLDER)
    try:
        for folder in folders:
            below = os.open(folder, FOLDER, dir_fd=at)
            os.close(at)
            at = below
        return os.open(name, FLAGS, dir_fd=at)
    finally:
        os.close(at)
