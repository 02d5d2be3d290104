"""A secret's file is a regular one, its owner's or root's, and closed to everybody else."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from harvest_mcp.config import settings
from harvest_mcp.config.secret_files import content
from harvest_mcp.errors import SettingsError
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no owners and modes of this kind")
as_root = pytest.mark.skipif(os.name != "nt" and os.geteuid() != 0, reason="only root gives files away")

WORDS = "correct horse battery staple"
SECRETS = ("HARVEST_PASSWORD_FILE", "HARVEST_ACCESS_TOKEN_FILE", "HARVEST_MCP_STATE_FILE")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "my password"
    made.write_text(f"{WORDS}\n")
    made.chmod(0o600)
    return made


def refusal(variable: str, path: Path | str, *, secret: bool = True) -> str:
    with pytest.raises(SettingsError) as refused:
        content(variable, str(path), secret=secret)
    assert WORDS not in str(refused.value) + repr(refused.value.__context__)
    return str(refused.value)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700, 0o500, 0o611])
def test_a_file_of_ones_own_is_read(mode: int, file: Path) -> None:
    file.chmod(mode)
    assert content("HARVEST_PASSWORD_FILE", str(file), secret=True).reveal() == WORDS


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o604, 0o602, 0o644, 0o666, 0o444, 0o440, 0o777])
@pytest.mark.parametrize("variable", SECRETS)
def test_a_file_that_others_may_open_stops_the_start(
    variable: str, mode: int, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.chmod(mode)
    monkeypatch.setenv(variable, str(file))
    with pytest.raises(SettingsError) as refused:
        settings.read({})
    assert str(refused.value) == (
        f"{variable} names a file that other users may read or write; run `chmod 600 '{file}'`."
    )


def test_what_the_sentence_says_mends_it(file: Path) -> None:
    file.chmod(0o644)
    command = refusal("HARVEST_PASSWORD_FILE", file).split("`")[1]
    subprocess.run(command, shell=True, check=True)  # noqa: S602 - as a person pastes it
    assert content("HARVEST_PASSWORD_FILE", str(file), secret=True).reveal() == WORDS


def test_what_is_no_secret_may_be_open(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("you@example.com\n")
    file.chmod(0o644)
    monkeypatch.setenv("HARVEST_EMAIL_FILE", str(file))
    assert settings.read({}).email == "you@example.com"


@as_root
def test_a_file_of_another_users_is_refused(file: Path) -> None:
    os.chown(file, 12345, 12345)
    assert refusal("HARVEST_PASSWORD_FILE", file) == (
        f"HARVEST_PASSWORD_FILE names '{file}', a file of another user's; copy it and run `chmod 600` on the copy."
    )


def test_a_link_to_a_file_is_as_good_as_the_file(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    assert content("HARVEST_PASSWORD_FILE", str(link), secret=True).reveal() == WORDS
    file.chmod(0o644)
    assert "chmod 600" in refusal("HARVEST_PASSWORD_FILE", link)


@pytest.mark.parametrize("secret", [True, False])
def test_what_is_no_regular_file_is_refused_without_waiting(secret: bool, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (pipe, tmp_path, Path("/dev/null")):
        assert refusal("HARVEST_PASSWORD_FILE", path, secret=secret) == (
            f"HARVEST_PASSWORD_FILE names '{path}', which is a folder, a pipe or a device."
        )


def test_a_socket_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "s"
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place))
        assert refusal("HARVEST_PASSWORD_FILE", place).startswith(
            f"HARVEST_PASSWORD_FILE names '{place}', which cannot be read ("
        )


def test_home_is_found(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert content("HARVEST_PASSWORD_FILE", f"~/{file.name}", secret=True).reveal() == WORDS
    assert refusal("HARVEST_PASSWORD_FILE", "~nobody-at-all/x") == (
        "HARVEST_PASSWORD_FILE names a file that cannot be read (there is no such home)."
    )


@pytest.mark.parametrize("mistake", [WORDS, "hunter2", "/nowhere/hunter2", "hunter2/x"])
def test_a_secret_that_stands_where_its_files_name_belongs_is_not_repeated(mistake: str) -> None:
    assert refusal("HARVEST_PASSWORD_FILE", mistake) == (
        "HARVEST_PASSWORD_FILE names a file that cannot be read (No such file or directory)."
    )


def test_a_file_that_is_no_text_is_not_repeated_in_the_error(file: Path) -> None:
    file.write_bytes(WORDS.encode() + b"\xff")
    assert refusal("HARVEST_PASSWORD_FILE", file) == f"HARVEST_PASSWORD_FILE names '{file}', which is not UTF-8 text."
    file.write_text(WORDS * 5000)
    assert refusal("HARVEST_PASSWORD_FILE", file).endswith("', which is empty or far too long.")


OPEN = "a file that other users may read or write"
MOUNTED = """
import os, sys
from harvest_mcp.errors import SettingsError
from harvest_mcp.config.secret_files import content
os.seteuid(65534)
try:
    print(content("HARVEST_PASSWORD_FILE", "/mnt/password", secret=True).reveal())
except SettingsError as error:
    print(error)
os.seteuid(0)
"""


@as_root
@pytest.mark.parametrize(
    ("mount", "said"),
    [
        ("mount -o remount,ro /mnt", WORDS),
        ("true", f"HARVEST_PASSWORD_FILE names {OPEN}; run `chmod 600 /mnt/password`."),
    ],
    ids=["read-only, as secrets are mounted into containers", "writable, as on any machine"],
)
def test_a_secret_that_root_mounted_for_a_server_of_less_rights_is_read(mount: str, said: str) -> None:
    made = f"mount -t tmpfs tmpfs /mnt && echo '{WORDS}' > /mnt/password && chmod 444 /mnt/password && {mount}"
    command = ["unshare", "-m", "sh", "-c", f'{made} && exec "$0" -c "$1"', sys.executable, MOUNTED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    assert (done.stdout, done.stderr) == (f"{said}\n", "")
