"""The packages say the same: what is checked in is what is made, and no name, version, link or setting differs."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.config.settings import read
from tests.holds import holds_for
from tests.release import bundle, extension, facts, links, registry
from tests.release.constraints import ROOT

REPOSITORY = "https://github.com/OWNER/harvest-mcp"
ENTRY = registry.entry(REPOSITORY, "harvest-mcp.mcpb", "0" * 64)


def test_the_plugin_and_the_extension_are_made_from_the_prompts() -> None:
    made = extension.files()
    assert {name: (ROOT / name).read_text("utf-8") for name in made} == made, "run python -m tests.documents"
    skills = {str(place.relative_to(ROOT)) for place in (ROOT / "skills").rglob("*.*")}
    assert skills == {name for name in made if name.startswith("skills/")}


def test_a_skill_names_no_tool_that_its_server_does_not_offer() -> None:
    started = extension.started("here")["args"]
    offered = facts.names(facts.tools(started[started.index("--toolsets") + 1]))
    assert {name for prompt in facts.all_prompts() for name in prompt.tools} <= set(offered)


def test_a_skill_says_what_to_take_from_the_conversation() -> None:
    (prompt,) = (each for each in facts.all_prompts() if each.name == "project_month")
    lines = extension.skill(prompt).splitlines()
    assert lines[:5] == [
        "---",
        "name: project-month",
        "description: >-",
        "  Hours and expenses of a project in a month, by person and category, and what is still unbilled. "
        "Use when somebody asks of their Harvest account: A project's month.",
        "---",
    ]
    assert lines[6:12] == [
        "From what you were asked, take:",
        "",
        "- PROJECT: The project's name, as it is written in Harvest, or its id (ask if it is not said).",
        "- MONTH: The month, such as 2026-03, or in words: last month (if it is not said: last month).",
        "",
        "Report on one project's month. The project: PROJECT. The month: MONTH",
    ]


def test_every_package_is_of_one_version() -> None:
    told = [bundle.manifest(), extension.plugin(), extension.gemini(), ENTRY, ENTRY["packages"][0]]
    assert {each["version"] for each in told} == {facts.VERSION}


def test_what_is_asked_for_is_asked_alike_and_only_the_token_is_secret() -> None:
    asked = [each.variable for each in facts.ASKED]
    manifest, plugin = bundle.manifest(), extension.plugin()
    assert [each["envVar"] for each in extension.gemini()["settings"] if each["sensitive"]] == ["HARVEST_ACCESS_TOKEN"]
    for kept in (manifest["user_config"], plugin["userConfig"]):
        assert [key for key, each in kept.items() if each.get("sensitive")] == ["access_token"]
        assert not any("default" in each for each in kept.values() if each.get("sensitive"))
    for env in (manifest["server"]["mcp_config"]["env"], plugin["mcpServers"]["harvest"]["env"]):
        assert [name for name in env if name.startswith("HARVEST_")] == asked


def test_the_bundle_starts_with_nothing_filled_in_but_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_text(facts.written(bundle.manifest()), "utf-8")
    command, env = bundle.started(tmp_path, {"access_token": "none"})
    assert (command[0], command[command.index("--directory") + 1]) == ("uv", str(tmp_path))
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    chosen = read({})
    assert (chosen.account_id, chosen.read_only, chosen.systems) == (
        None,
        False,
        (facts.SYSTEM,),
    )


def test_the_picture_of_the_bundle_has_the_size_that_hosts_ask_for(tmp_path: Path) -> None:
    bundle.draw(tmp_path / "icon.png")
    head = (tmp_path / "icon.png").read_bytes()[:24]
    assert (head[:8], int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (b"\x89PNG\r\n\x1a\n", 512, 512)


def test_the_links_of_the_readme_are_read_back_as_what_was_meant() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    cursor, code = re.findall(r"\]\((https://(?:cursor\.com|insiders\.vscode\.dev)/[^)]+)\)", readme)
    assert (cursor, code) == (links.cursor(), links.code())
    assert links.read(cursor) == {"name": "harvest", "config": {"command": "harvest-mcp", "args": ["--sandbox"]}}
    read_back = links.read(code)
    assert read_back["config"] == {
        "type": "stdio",
        "command": "harvest-mcp",
        "env": {"HARVEST_ACCESS_TOKEN": "${input:access_token}", "HARVEST_ACCOUNT_ID": "${input:account_id}"},
    }
    assert [(each["id"], each["password"]) for each in read_back["inputs"]] == [
        ("access_token", True),
        ("account_id", False),
    ]


def test_the_entry_of_the_registry_keeps_its_rules() -> None:
    assert registry.broken(ENTRY) == []
    assert ENTRY["name"] == "io.github.OWNER/harvest-mcp"
    assert [each["identifier"] for each in ENTRY["packages"]] == [
        "harvest-mcp",
        f"{REPOSITORY}/releases/download/v{facts.VERSION}/harvest-mcp.mcpb",
    ]


def _put(*path: str | int, value: object) -> Callable[[Any], None]:
    def spoil(entry: Any) -> None:
        for step in path[:-1]:
            entry = entry[step]
        entry[path[-1]] = value

    return spoil


SPOILT = {
    "the schema is the one of that date": _put("$schema", value="https://example.com/server.schema.json"),
    "the name has one slash behind a reversed domain": _put("name", value="harvest-mcp"),
    "title and description have 1 to 100 characters": _put("description", value="x" * 101),
    "the version is one exact version": _put("version", value="latest"),
    "the repository is an address at its forge": _put("repository", "url", value="http://example.com"),
    "a package has its kind, its identifier and a transport": _put("packages", 0, "transport", value={}),
    "a package that is found by its version has the entry's": _put("packages", 0, "version", value="0.0.9"),
    "a bundle has a digest, and mcp in its https address": _put("packages", 1, "fileSha256", value="x"),
    "a variable has a name and a known format": _put("packages", 0, "environmentVariables", 0, "format", value="url"),
    "a secret has no value": _put("packages", 0, "environmentVariables", 0, "default", value="t0ken"),
}


@holds_for("rule", registry.RULES)
def test_an_entry_that_breaks_a_rule_is_found(rule: str) -> None:
    entry = deepcopy(ENTRY)
    SPOILT[rule](entry)
    assert rule in registry.broken(entry)


def test_a_repository_elsewhere_gives_no_name() -> None:
    with pytest.raises(
        ValueError, match=re.escape("https://example.com/a/b is not https://github.com/OWNER/REPOSITORY")
    ):
        registry.name("https://example.com/a/b")


def test_no_package_holds_a_secret_or_a_path_of_this_machine() -> None:
    texts = [*extension.files().values(), json.dumps(bundle.manifest()), bundle.needs(), json.dumps(ENTRY)]
    assert [text for text in texts if str(ROOT) in text or "file:" in text] == []
