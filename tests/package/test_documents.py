"""The documents say what the code does."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp import server
from harvest_mcp.config.settings import read
from harvest_mcp.sandbox import open_account
from harvest_mcp.sandbox.harvest.queries import unanswered
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS, HARVEST
from harvest_mcp.tools.registry import tools_of
from tests import writes
from tests.documents import ROOT, TABLES, renewed
from tests.holds import holds_for

README = ROOT / "README.md"
NAMED = ("README", "CONTRIBUTING", "CHANGELOG", "examples/README")
OWN = [*(ROOT / f"{name}.md" for name in NAMED), *sorted((ROOT / "docs").rglob("*.md"))]


@holds_for("name", TABLES)
def test_the_tables_of_a_document_are_those_of_the_code(name: str) -> None:
    assert renewed(name) == (ROOT / name).read_text("utf-8"), "run python -m tests.documents"


@pytest.mark.parametrize("name", ["harvest", "harvest_v2", "incwo"])
def test_every_tool_that_writes_stands_in_the_table_of_its_system(name: str) -> None:
    offered = server.tools_for(read({"system": name, "toolsets": "all"}))
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", writes.table(name), re.MULTILINE)
    assert {tool: asks != "no" for tool, asks in rows} == {
        tool.name: tool.hints.destroys for tool in offered if not tool.hints.reads
    }


def test_the_documents_count_the_seeded_account() -> None:
    with open_account() as account:
        counts = f"{len(account.rows(CLIENTS))} clients and {len(account.rows(CONTACTS))} contacts"
    assert counts in (ROOT / "docs" / "sandbox.md").read_text("utf-8")


@holds_for("file", OWN)
def test_links_between_documents_lead_somewhere(file: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", file.read_text("utf-8"))
    assert [target for target in targets if not (file.parent / target).exists()] == []


@pytest.mark.parametrize("name", ["demo", "tests"])
def test_the_readme_has_its_two_commands_on_one_line_each(name: str) -> None:
    found = re.search(rf"<!-- command: {name} -->\n```sh\n(.*)\n```", README.read_text("utf-8"))
    assert found is not None
    assert found[1].startswith("python3 -m venv .venv && ")


def test_the_example_of_a_resource_makes_its_tools() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    made: dict[str, Any] = {}
    exec(compile(code, "estimates.py", "exec"), made)  # noqa: S102 - the document's own
    resource = made["ESTIMATES"]
    assert [tool.name for tool in tools_of(HARVEST, resource)] == [
        *("list_estimates", "get_estimate", "create_estimate", "update_estimate"),
        *("accept_estimate", "decline_estimate", "delete_estimate"),
    ]
    assert list(unanswered(replace(HARVEST, resources=(*HARVEST.resources, resource)))) == []


def test_the_tests_that_lists_name_are_there() -> None:
    """What a resource touches, and what needs no measuring: a line that names none is to go."""
    lists = (ROOT / "tests" / name for name in ("of_a_resource.txt", "unmeasured.txt"))
    named = [name for each in lists for name in each.read_text("utf-8").split()]
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_what_people_read_first_is_short() -> None:
    lines = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in ("README.md", "CONTRIBUTING.md")}
    assert lines["README.md"] <= 200
    assert lines["CONTRIBUTING.md"] <= 130
