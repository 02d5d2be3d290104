"""The ready files of the package: what the servers say, for whoever has an account set up and nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import harvest_mcp
from harvest_mcp.protocol.front import key, ready, shipped
from harvest_mcp.protocol.front.opening import ReadyConversation
from harvest_mcp.protocol.prompts import folder
from tests.front import shipped_files
from tests.front.kit import line
from tests.holds import holds_for
from tests.patience import PATIENCE
from tests.stdio.children import hello, request

V1 = {
    "HARVEST_URL": "https://suprcorp.harvestapp.com/",
    "HARVEST_EMAIL": "jane.doe+crm@suprcorp.example",
    "HARVEST_PASSWORD": "correct horse",
}
V2 = {"HARVEST_ACCESS_TOKEN": "123.pt.Abc-_", "HARVEST_ACCOUNT_ID": "910001"}
INCWO = {"INCWO_URL": "https://www.incwo.com/123456", "INCWO_LOGIN": "jane", "INCWO_PASSWORD": "correct horse"}
USUAL: list[tuple[str, dict[str, str]]] = [("harvest", V1), ("harvest_v2", V2), ("incwo", INCWO)]


@pytest.mark.parametrize("system", shipped_files.SYSTEMS)
def test_a_shipped_file_is_what_the_server_answers(system: str) -> None:
    held = shipped_files.path(system).read_bytes()
    assert held == shipped_files.content(system), "run python -m tests.documents"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package as a wheel installs it, and a word in its ready files that no server says."""
    site = tmp_path_factory.mktemp("site")
    package = site / "harvest_mcp"
    shutil.copytree(Path(harvest_mcp.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(str(folder())), package / "prompts")
    (site / f"harvest_mcp-{harvest_mcp.__version__}.dist-info").mkdir()
    for file in (package / "protocol" / "front" / "shipped").iterdir():
        head, body = file.read_bytes().split(b"\n", 1)
        body = body.replace(b'"websiteUrl"', b'"websitesUrl"')
        file.write_bytes(ready.head(head.split(b" ")[3].decode(), body) + b"\n" + body)
    return site


@pytest.mark.parametrize(("system", "account"), USUAL)
def test_the_first_start_after_an_installation_answers_at_once(
    system: str, account: dict[str, str], site: Path, tmp_path: Path
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHON_KEYRING_BACKEND") if name in os.environ}
    said = b"".join(line(each) + b"\n" for each in (hello(1), request(2, "tools/list")))
    done = subprocess.run(
        [sys.executable, "-c", "from harvest_mcp.__main__ import main; main()"],
        input=said,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
        cwd=tmp_path,
        env={**kept, **account, "HOME": str(tmp_path), "PYTHONPATH": str(site)},
    )
    known = ready.parsed(shipped_files.path(system).read_bytes(), shipped.versions())
    assert known is not None
    opening = ReadyConversation(known)
    greeted, listed = (opening.take(each) for each in said.splitlines())
    assert done.stdout.splitlines() == [(greeted or b"").replace(b'"websiteUrl"', b'"websitesUrl"'), listed]
    assert done.stderr == b""
    assert json.loads(done.stdout.splitlines()[0])["result"]["serverInfo"]["websitesUrl"]


UNUSUAL: list[dict[str, str]] = [
    {},
    {"HARVEST_URL": "https://suprcorp.harvestapp.com"},
    {**V1, **INCWO},
    {**V1, **V2},
    {**V1, "HARVEST_SUBDOMAIN": "suprcorp"},
    {**V1, "HARVEST_MCP_READ_ONLY": "false"},
    {**V1, "HARVEST_SOMETHING": "1"},
    {**V1, "HTTPS_PROXY": "http://proxy.example"},
    {**V1, "https_proxy": "x://proxy.example"},
    {**V1, "SSL_CERT_DIR": "/"},
    {**V1, "HARVEST_URL": "http://suprcorp.harvestapp.com"},
    {**V1, "HARVEST_URL": "https://suprcorp.harvestapp.com/x"},
    {**V1, "HARVEST_URL": "https://-suprcorp.harvestapp.com"},
    {**V1, "HARVEST_URL": "https://münchen.example"},
    {**V1, "HARVEST_URL": "https://${HARVEST}.harvestapp.com"},
    {**V1, "HARVEST_EMAIL": "jane:doe@suprcorp.example"},
    {**V1, "HARVEST_EMAIL": "${EMAIL}"},
    {**V1, "HARVEST_PASSWORD": "${PASSWORD}"},
    {**V1, "HARVEST_PASSWORD": ""},
    {**V1, "HARVEST_PASSWORD": "a\nb"},
    {**V1, "HARVEST_PASSWORD_FILE": "/nowhere"},
    {**V2, "HARVEST_ACCOUNT_ID": "91000x"},
    {**V2, "HARVEST_ACCESS_TOKEN": '"123"'},
    {**INCWO, "INCWO_URL": "https://www.incwo.com"},
    {**INCWO, "INCWO_MAX_PAGES": "0"},
]


@holds_for("variables", UNUSUAL)
def test_whatever_could_be_wrong_is_left_to_the_settings(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "_packed", lambda: True)
    assert found([], variables) is None


def found(arguments: list[str], variables: dict[str, str]) -> ready.Ready | None:
    """What answers such a start."""
    environment = {"HOME": "/home/jane", **variables}
    named = key.digest(arguments, environment)
    return ready.find(named, arguments, environment) if named else None


def test_what_is_usual_is_found_and_arguments_are_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipped, "_packed", lambda: True)
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    in_a_file = {name: value for name, value in V1.items() if name != "HARVEST_PASSWORD"}
    by_name = {name: value for name, value in V1.items() if name != "HARVEST_URL"}
    there = [{**in_a_file, "HARVEST_PASSWORD_FILE": str(secret)}, {**by_name, "HARVEST_SUBDOMAIN": "suprcorp"}, V1, V2]
    for variables in there:
        assert found([], variables)
        assert [found(each, variables) for each in (["--read-only"], ["doctor"], ["--toolsets", "crm"])] == [None] * 3
    assert found(["--sandbox"], {})
