"""A client's file: read whole, backed up before a change, and replaced in one step."""

import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harvest_mcp.errors import HarvestMcpError

MARK = "\ufeff".encode()
OWNER_ALONE = 0o600


class NotChanged(HarvestMcpError):
    """A client's file cannot or must not be changed; it is as before."""


@dataclass(frozen=True, slots=True)
class Content:
    """What was read: the bytes, None without a file, and their text."""

    place: Path
    raw: bytes | None

    @property
    def text(self) -> str:
        return text_of(self.raw or b"", self.place)

    def encoded(self, text: str) -> bytes:
        """Return the bytes of another text, with the file's byte order mark."""
        return (MARK if (self.raw or b"").startswith(MARK) else b"") + text.encode("utf-8")


def text_of(raw: bytes, place: Path) -> str:
    """Return the text of a file, without a byte order mark.

    Raises:
        NotChanged: it is not UTF-8.
    """
    try:
        return raw.removeprefix(MARK).decode("utf-8")
    except UnicodeDecodeError:
        raise NotChanged(f"{place} is not UTF-8 text.", state="It is as it was.") from None


def read(place: Path) -> Content:
    """Read a file that may not exist.

    Raises:
        NotChanged: it cannot be read.
    """
    try:
        if not place.exists():
            return Content(place, None)
        if not place.is_file():
            raise NotChanged(f"{place} is no file.", state="It is as it was.")
        return Content(place, place.read_bytes())
    except OSError as error:
        raise NotChanged(f"{place} cannot be read ({error.strerror}).", state="It is as it was.") from None


def check(content: Content) -> None:
    """Check that it may be changed, before a person is asked for anything.

    Raises:
        NotChanged: it is read-only, its folder is missing or read-only, or it is a dangling link.
    """
    place, real = content.place, _real(content.place)
    if not real.parent.is_dir():
        raise NotChanged(f"The folder {real.parent} is not there.", state="Nothing was changed.")
    if content.raw is not None and not (os.stat(real).st_mode & stat.S_IWUSR and os.access(real, os.W_OK)):
        raise NotChanged(f"{place} is read-only.", state="It is as it was.", next="Make it writable, and try again.")
    if not os.access(real.parent, os.W_OK):
        raise NotChanged(f"Nothing can be written in {real.parent}.", state="Nothing was changed.")


def back_up(content: Content, now: datetime) -> Path | None:
    """Copy the file beside itself, with its mode; None if there is none."""
    if content.raw is None:
        return None
    name, number = f"{content.place.name}.bak-{now:%Y%m%d-%H%M%S}", 1
    mode = stat.S_IMODE(content.place.stat().st_mode)
    while True:
        copy = content.place.with_name(name if number == 1 else f"{name}-{number}")
        try:
            handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), OWNER_ALONE)
        except FileExistsError:
            number += 1
            continue
        with open(handle, "wb") as file:
            file.write(content.raw)
        copy.chmod(mode)
        return copy


def backups(place: Path) -> list[Path]:
    """Return the backups, newest first."""
    return sorted(place.parent.glob(f"{_literal(place.name)}.bak-????????-??????*"), reverse=True)


def replace(content: Content, raw: bytes | None, *, private: bool = False) -> None:
    """Write a file in one step, following links; None deletes it. `private` closes it to other users.

    Raises:
        NotChanged: somebody changed it since it was read.
    """
    if read(content.place).raw != content.raw:
        raise NotChanged(
            f"{content.place} was changed meanwhile, perhaps by its program.",
            state="It is as that left it.",
            next="Try again, with that program closed.",
        )
    real = _real(content.place)
    if raw is None:
        real.unlink()
        return
    before = real.stat() if content.raw is not None else None
    mode = stat.S_IMODE(before.st_mode) if before else OWNER_ALONE
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with open(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode & stat.S_IRWXU if private else mode)
        if before and hasattr(os, "chown") and (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            with suppress(OSError):  # written in place instead, as any editor would
                os.chown(name, before.st_uid, before.st_gid)
        os.replace(name, real)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _real(place: Path) -> Path:
    return Path(os.path.realpath(place))


def _literal(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
