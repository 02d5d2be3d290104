"""Keyrings of our own, chosen by `PYTHON_KEYRING_BACKEND` as any other is."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked, PasswordDeleteError

VARIABLE = "TEST_KEYRING_FILE"


class InAFile(KeyringBackend):
    """Keeps everything as JSON in the file that `TEST_KEYRING_FILE` names."""

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 - a property of the class, as keyring has it
        if VARIABLE not in os.environ:
            raise RuntimeError(f"{VARIABLE} names no file")  # so that nobody gets this one unasked
        return 1

    def get_password(self, service: str, username: str) -> str | None:
        return kept().get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        everything = kept()
        everything.setdefault(service, {})[username] = password
        _file().write_text(json.dumps(everything))

    def delete_password(self, service: str, username: str) -> None:
        everything = kept()
        if username not in everything.get(service, {}):
            raise PasswordDeleteError("not there")
        del everything[service][username]
        _file().write_text(json.dumps({name: held for name, held in everything.items() if held}))


class Locked(InAFile):
    """Answers nothing, and says more in its errors than it should."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked; {service} {username} {kept()}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"locked; {service} {username} {password}")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked(f"locked; {service} {username} {kept()}")


class Forgetful(InAFile):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


def _file() -> Path:
    return Path(os.environ[VARIABLE])


def kept() -> dict[str, dict[str, str]]:
    """Everything in the file, by service and user name."""
    file = _file()
    return dict(json.loads(file.read_text())) if file.exists() else {}
