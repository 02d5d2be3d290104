"""Settings from files: small, regular, UTF-8; a secret's file must be readable by its owner only."""

import os
import shlex
import stat
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import SettingsError

MOST_IN_A_FILE = 64 * 1024
OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH


class FromFiles(PydanticBaseSettingsSource):
    """Values from the files that `HARVEST_PASSWORD_FILE` and its like name."""

    def __init__(
        self, settings_cls: type[BaseSettings], *, secret: Collection[str], passing: type[SettingsError] | None = None
    ) -> None:
        """`secret` are the fields whose files nobody else may read; `passing` an error to ignore."""
        super().__init__(settings_cls)
        self._secret, self._passing = secret, passing

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = str(field.validation_alias)
        path = os.environ.get(f"{variable}_FILE")
        if not path:
            return None, variable, False
        text = content(f"{variable}_FILE", path, secret=field_name in self._secret)
        return text.reveal(), variable, False

    def __call__(self) -> dict[str, Any]:
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            with suppress(*filter(None, [self._passing])):
                value, variable, _ = self.get_field_value(field, name)
                if value is not None:
                    values[variable] = value
        return values


def content(variable: str, named: str, *, secret: bool) -> Secret:
    """Return the content of the file a variable names, without its last line end; errors never quote it.

    Raises:
        SettingsError: it cannot be read, is no regular text file, or, for a secret, is open to other users.
    """
    path, number = _opened(variable, named)
    try:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise _wrong(variable, "is a folder, a pipe or a device", path)
        if secret:
            _for_the_owner_alone(variable, path, number)
        with open(number, "rb", closefd=False) as file:
            text = Secret(
                file.read(MOST_IN_A_FILE + 1).decode("utf-8", "surrogateescape").removeprefix("\ufeff").rstrip("\r\n")
            )
    finally:
        os.close(number)
    if any("\udc80" <= letter <= "\udcff" for letter in text.reveal()):
        raise _wrong(variable, "is not UTF-8 text", path)
    if not 1 <= len(text.reveal()) <= MOST_IN_A_FILE:
        raise _wrong(variable, "is empty or far too long", path)
    return text


def _opened(variable: str, named: str) -> tuple[Path, int]:
    path = Path(named)
    try:
        path = path.expanduser()
        # A pipe without a writer must not block the start.
        return path, os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except RuntimeError:
        reason = "there is no such home"
    except OSError as error:
        reason = str(error.strerror)
    raise _wrong(variable, f"cannot be read ({reason})", path)


def _for_the_owner_alone(variable: str, path: Path, number: int) -> None:
    """Check the opened file, whatever its name leads to by now."""
    if not hasattr(os, "geteuid"):  # Windows, whose files have no such modes
        return
    found, user = os.fstat(number), os.geteuid()
    if found.st_uid not in (user, 0):
        raise SettingsError(
            f"{variable} names {_shown(path, 'a file')} of another user's; copy it and run `chmod 600` on the copy."
        )
    # Whoever mounts a secret into a container makes it root's and readable, where nobody can write.
    mounted = found.st_uid == 0 != user and os.fstatvfs(number).f_flag & os.ST_RDONLY
    if found.st_mode & OTHERS and not mounted:
        mend = f"`chmod 600 {shlex.quote(str(path))}`"
        raise SettingsError(f"{variable} names a file that other users may read or write; run {mend}.")


def _wrong(variable: str, how: str, path: Path) -> SettingsError:
    return SettingsError(f"{variable} names {_shown(path, 'a file that')} {how}.")


def _shown(path: Path, otherwise: str) -> str:
    """Return the path if it exists: somebody may have given the secret itself instead of its file's name."""
    if os.sep not in str(path) or not path.parent.is_dir():
        return otherwise
    return f"'{path}', {'which' if otherwise.endswith('that') else otherwise}"
