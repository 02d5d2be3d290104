"""Whoever runs a server sees who changed what, with no account to sign in to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvest_mcp.commands.cli import main
from harvest_mcp.sandbox import Sandbox
from tests.http.kit import SIGNED_IN, asked, call
from tests.http.provider import Provider

pytestmark = pytest.mark.anyio


def audit(state: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["audit", "--state", str(state), *arguments], env={"COLUMNS": None})


def of(result: Result) -> list[tuple[str, str, str]]:
    assert result.exit_code == 0, result.output
    return [(each["by"].partition(" at ")[0], each["tool"], each["record"]) for each in json.loads(result.stdout)]


async def test_audit_tells_who_changed_what_of_everybody(sandbox: Sandbox, provider: Provider, tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    assert audit(state).output == f"No changes at {state}.\n"
    async with asked(sandbox, {**SIGNED_IN, "issuer": provider.issuer}, state=str(state)) as team:
        await team.post(call("update_contact", contact_id=9, title="CEO"), provider.token("ana"))
        await team.post(call("update_client", client_id=11072, details="New"), provider.token("ben"))
    everybody = [("ben", "update_client", "client 11072"), ("ana", "update_contact", "contact 9")]
    assert of(audit(state, "--json")) == everybody
    assert of(audit(state, "--json", "--by", "ANA")) == everybody[1:]
    assert of(audit(state, "--json", "--by", f"ben at {provider.issuer}")) == everybody[:1]
    assert of(audit(state, "--json", "--record", "contact 9", "--period", "this year")) == everybody[1:]
    assert of(audit(state, "--json", "--period", "last year")) == []
    newest, oldest = json.loads(audit(state, "--json").stdout)
    assert (newest["system"], newest["account"]) == ("harvest", oldest["account"])
    assert oldest["fields"] == {"title": {"before": "President", "sent": "CEO", "after": "CEO"}}
    table = audit(state).stdout.splitlines()
    assert table[0].split() == ["id", "at", "by", "tool", "record", "outcome", "what"]
    assert table[2].rstrip().endswith("title: President → CEO")
    nobody = audit(state, "--by", "a")
    assert "No changes of that kind by a. Who changed anything: ana at " in nobody.output
    assert audit(state, "--period", "soon").exit_code == 2
