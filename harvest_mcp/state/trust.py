"""Check that a state file belongs to its owner alone: whoever can write to it can approve a delete in it."""

import os
import shlex
import stat

from harvest_mcp.errors import StateError
from harvest_mcp.state.words import MEND

OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
BESIDE = ("", "-wal", "-shm", "-journal")
"""Suffixes of files that SQLite reads as part of a database."""
ELSEWHERE = "Name a file in a folder of your own with HARVEST_MCP_STATE; the folder is made for you. Reading goes on."


def trusted(path: str) -> None:
    """Check that the file, if it exists, and its folder belong to this user or root, and are closed to others.

    A link counts as its target; both folders count.

    Raises:
        StateError: they are not, or the path leads to no regular file.
    """
    if not hasattr(os, "geteuid"):  # Windows, whose files have no such modes
        return
    file = os.path.abspath(path)
    real = os.path.realpath(file)
    if file != real and os.path.islink(file) and not os.path.exists(file):
        raise _refused(path, "it is a link that leads nowhere", ELSEWHERE)
    for folder in {os.path.dirname(file), os.path.dirname(real)}:
        _folder(path, folder)
    for end in BESIDE:
        _file(path, f"{real}{end}")


def _folder(path: str, folder: str) -> None:
    try:
        found = os.stat(folder)
    except (FileNotFoundError, NotADirectoryError):
        return  # creating it, or the file in it, reports what is wrong
    if found.st_uid not in (os.geteuid(), 0):
        raise _refused(path, f"its folder, {folder}, belongs to another user", ELSEWHERE)
    if found.st_mode & OTHERS_WRITE:
        close = f"Run `chmod go-w {shlex.quote(folder)}`, or n" if found.st_uid == os.geteuid() != 0 else "N"
        raise _refused(path, f"other users may write to its folder, {folder}", f"{close}{ELSEWHERE[1:]}")


def _file(path: str, name: str) -> None:
    try:
        found = os.lstat(name)
    except (FileNotFoundError, NotADirectoryError):
        return
    if not stat.S_ISREG(found.st_mode):
        raise _refused(path, "it is a folder, a pipe or a device", MEND)
    if found.st_uid not in (os.geteuid(), 0):
        raise _refused(path, "it belongs to another user", ELSEWHERE)
    if found.st_mode & OTHERS:
        mend = f"If you trust what it holds, run `chmod 600 {shlex.quote(name)}`. Reading goes on."
        raise _refused(path, "other users may read or write it", mend)


def _refused(path: str, why: str, mend: str) -> StateError:
    return StateError(f"The state store at {path} cannot be used: {why}.", next=mend)
