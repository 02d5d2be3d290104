"""A keyring in a file, and an account over a socket whose passwords are like no other text."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest

from harvest_mcp.sandbox import ADMIN, Login, Sandbox, logins, running
from tests import calls
from tests.gateway.conftest import tls_made_once  # noqa: F401 - a fixture of these tests too: TLS is set up once

PASSWORD = "Sésame+/=&?%\"'<ouvre> toi\\"
TOKEN = "tok en+/=&?%\"'<é>\\1234567"
LOGIN = replace(ADMIN, password=PASSWORD, token=TOKEN)


@pytest.fixture
def keyring_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a keyring that is there for as long as the test."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv("TEST_KEYRING_FILE", str(file))
    use("InAFile", monkeypatch)
    yield file
    monkeypatch.undo()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    keyring.core.init_backend()


def use(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose a keyring the way people do, and let the library look again."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"tests.secrets.backends.{backend}")
    keyring.core.init_backend()


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Login:
    """The only user of every sandbox of the test."""
    monkeypatch.setattr(logins, "LOGINS", (LOGIN,))
    return LOGIN


@pytest.fixture
def account(login: Login) -> Iterator[Sandbox]:
    with calls.account() as sandbox:
        yield sandbox


@pytest.fixture
def url(account: Sandbox) -> Iterator[str]:
    with running(account) as address:
        yield address
