"""What a key tells apart, what it does not, and when nobody can tell without reading the settings."""

import os
from pathlib import Path

import platformdirs
import pytest

from harvest_mcp.commands.flags import GATHERED
from harvest_mcp.config.settings import SECRETS, Settings
from harvest_mcp.protocol.front import key, ready
from tests.holds import holds_for

HOME = {"HOME": "/home/jane"}
ACCOUNT = {**HOME, "HARVEST_URL": "https://x.example", "HARVEST_EMAIL": "x@x.example", "HARVEST_PASSWORD": "secret"}


def test_the_front_knows_every_setting_and_which_are_secrets() -> None:
    names = {str(field.validation_alias): name for name, field in Settings.model_fields.items()}
    assert {*key.VALUES, *key.SECRETS} == set(names)
    assert {*key.SECRETS, key.STATE} == {variable for variable, name in names.items() if name in SECRETS}


def test_the_front_knows_every_option_that_needs_no_look_at_a_disk() -> None:
    known = {*key.FLAGS, *key.SWITCHES}
    assert known == {f"--{name.replace('_', '-')}" for name in GATHERED} - {
        *("--state", "--receipt-folders", "--export-folder")
    } | {"--sandbox"}


@holds_for(
    "more",
    [
        {"HARVEST_MCP_TOOLSETS": "all"},
        {"HARVEST_MCP_READ_ONLY": "true"},
        {"HARVEST_URL": "https://y.example"},
        {"HARVEST_PASSWORD": ""},
        {"INCWO_LOGIN": "x"},
        {"NO_PROXY": "*"},
        {"HOME": "/home/john"},
        {"PYTHON_KEYRING_BACKEND": "x"},
    ],
)
def test_whatever_shapes_the_lists_or_could_be_wrong_makes_another_key(more: dict[str, str]) -> None:
    assert None not in {key.of([], ACCOUNT), key.of([], {**ACCOUNT, **more})}
    assert key.of([], ACCOUNT) != key.of([], {**ACCOUNT, **more})


def test_arguments_make_another_key_and_their_order_and_form_too() -> None:
    spelt = [[], ["--read-only"], ["--tools", "x"], ["--tools=x"], ["--tools", "x", "--read-only"], ["--sandbox"]]
    assert len({key.of(arguments, ACCOUNT) for arguments in spelt}) == len(spelt)


@holds_for(
    "more",
    [{"HARVEST_PASSWORD": "another"}, {"PATH": "/bin"}, {"HARVESTER": "1"}, {"HARVEST_API_KEY": "x"}, {"LANG": "C"}],
)
def test_what_shapes_nothing_makes_no_other_key(more: dict[str, str]) -> None:
    assert key.of([], {**ACCOUNT, **more}) == key.of([], ACCOUNT)


UNTOLD: list[tuple[list[str], dict[str, str]]] = [
    (["doctor"], {}),
    (["--help"], {}),
    (["--state", "x"], {}),
    (["--sandbox=file"], {}),
    (["--sandbox", "tools"], {}),
    (["--toolsets"], {}),
    (["--sandbox"], {"TMPDIR": "/nowhere"}),
    ([], {"HOME": ""}),
    ([], {"HOME": "jane"}),
    ([], {"harvest_url": "https://x.example"}),
    ([], {"HARVEST_MCP_FOO": ""}),
    ([], {"HARVEST_MCP_HTTP": "127.0.0.1:8000"}),
    ([], {"INCWO_USER": "jane"}),
    (["--http", "127.0.0.1:8000"], {}),
    ([], {"HARVEST_PASSWORD": "${PASSWORD}"}),
    ([], {"HARVEST_PASSWORD": " secret"}),
    ([], {"HARVEST_PASSWORD": "a\tb"}),
    ([], {"HARVEST_URL_FILE": "/etc/hostname"}),
    ([], {"HARVEST_MCP_STATE": "postgresql://x:y@z/w"}),
    ([], {"HARVEST_MCP_STATE": "~jane/state.db"}),
    ([], {"HARVEST_MCP_RECEIPT_FOLDERS": "/nowhere"}),
    ([], {"HARVEST_MCP_EXPORT_FOLDER": "/nowhere"}),
    ([], {"HTTPS_PROXY": "http://me:secret@proxy.example"}),
    ([], {"all_proxy": "socks5://proxy.example"}),
    ([], {"SSL_CERT_FILE": "/nowhere"}),
    ([], {"HARVEST_EMAIL": "\udcff"}),
]


@holds_for(("arguments", "more"), UNTOLD)
def test_what_takes_a_look_has_no_key(arguments: list[str], more: dict[str, str]) -> None:
    assert key.of(arguments, {**ACCOUNT, **more}) is None


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        ("secret\n", 0o600, True),
        ("secret\r\n", 0o400, True),
        ("", 0o600, False),
        ("\n", 0o600, False),
        ("two\nlines", 0o600, False),
        ("secret\n", 0o644, False),
        ("x" * 70_000, 0o600, False),
    ],
)
def test_the_file_of_a_secret_is_looked_at(content: str, mode: int, told: bool, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(content)
    file.chmod(mode)
    account = {name: value for name, value in ACCOUNT.items() if name != "HARVEST_PASSWORD"}
    assert (key.of([], {**account, "HARVEST_PASSWORD_FILE": str(file)}) is not None) == told
    assert key.of([], {**account, "HARVEST_PASSWORD_FILE": str(tmp_path)}) is None
    os.mkfifo(tmp_path / "pipe")
    assert key.of([], {**account, "HARVEST_PASSWORD_FILE": str(tmp_path / "pipe")}) is None


@pytest.mark.parametrize("named", [None, "", " ", "relative", "/elsewhere", "/else where/"])
def test_the_folder_is_where_the_system_keeps_what_can_be_made_again(
    named: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/jane")
    monkeypatch.delenv("XDG_CACHE_HOME")
    if named is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", named)
    assert Path(ready.folder(os.environ) or "") == platformdirs.user_cache_path("harvest-mcp")


def test_a_file_of_this_package_that_changes_makes_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "harvest_mcp"
    (package / "tools").mkdir(parents=True)
    file = package / "tools" / "tool.py"
    file.write_text("a")
    monkeypatch.setattr(key, "PACKAGE", str(package))
    assert key.digest([], ACCOUNT) is None  # nowhere are prompts
    (tmp_path / "prompts").mkdir()
    before = key.digest([], ACCOUNT)
    assert before
    assert key.digest([], ACCOUNT) == before
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.py").write_text("")
    assert key.digest([], ACCOUNT) == before
    os.utime(file, (1, 1))
    assert key.digest([], ACCOUNT) != before
    between = key.digest([], ACCOUNT)
    (tmp_path / "prompts" / "x.md").write_text("a")
    assert key.digest([], ACCOUNT) != between


def test_another_version_of_the_sdk_makes_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mcp-9.9.dist-info").mkdir()
    before = key.digest([], ACCOUNT)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert key.digest([], ACCOUNT) != before
