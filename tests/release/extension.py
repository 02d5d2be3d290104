"""The Claude Code plugin and the Gemini CLI extension that this repository is: manifests, and a skill of each prompt.

`python -m tests.documents` writes them, a test compares them. Both start the server from the folder they were
installed to, so that a clone is all they need beside `uv`.
"""

from collections.abc import Mapping
from typing import Any

from harvest_mcp.protocol.prompts import Prompt, put
from tests.release import facts
from tests.release.constraints import ROOT

PLUGIN, MARKET, GEMINI = ".claude-plugin/plugin.json", ".claude-plugin/marketplace.json", "gemini-extension.json"


def started(folder: str) -> dict[str, Any]:
    """Return how the server is started from a folder that holds this repository."""
    toolsets = facts.toolsets()
    return {"command": "uvx", "args": ["--from", folder, facts.NAME, "--toolsets", toolsets]}


def plugin() -> dict[str, Any]:
    """Return the manifest of the Claude Code plugin."""
    server = {**started("${CLAUDE_PLUGIN_ROOT}"), "env": facts.environment("${user_config.KEY}")}
    return {
        "name": facts.NAME,
        "displayName": facts.TITLE,
        "version": facts.VERSION,
        "description": facts.PROJECT["description"],
        "author": {"name": facts.AUTHOR},
        "license": facts.PROJECT["license"],
        "keywords": facts.PROJECT["keywords"],
        "userConfig": {each.key: _asked(each) for each in facts.ASKED},
        "mcpServers": {facts.CALLED: server},
    }


def _asked(each: facts.Asked) -> dict[str, Any]:
    kind = "boolean" if isinstance(each.default, bool) else "string"
    asked: dict[str, Any] = {"type": kind, "title": each.title, "description": f"{each.says}."}
    if each.secret:
        asked["sensitive"] = True
    return {**asked, "required": True} if each.default is None else {**asked, "default": each.default}


def market() -> dict[str, Any]:
    """Return the list of plugins that this repository offers: itself."""
    return {
        "name": facts.NAME,
        "description": f"{facts.TITLE} in Claude Code.",
        "owner": {"name": facts.AUTHOR},
        "plugins": [{"name": facts.NAME, "source": "./", "description": facts.PROJECT["description"]}],
    }


def gemini() -> dict[str, Any]:
    """Return the manifest of the Gemini CLI extension."""
    return {
        "name": facts.NAME,
        "version": facts.VERSION,
        "description": facts.PROJECT["description"],
        "mcpServers": {facts.CALLED: started("${extensionPath}")},
        "settings": [
            {
                "name": each.title,
                "description": f"{each.says}.",
                "envVar": each.variable,
                "sensitive": each.secret,
            }
            for each in facts.ASKED
        ],
    }


def skill(prompt: Prompt) -> str:
    """Return a prompt as a skill: what a person would fill in stands in capitals, and is told first."""
    named = {each.name: each.name.upper() for each in prompt.arguments}
    lines = [f"- {named[each.name]}: {each.description}{_left_out(each.default)}." for each in prompt.arguments]
    head = "\n".join(["From what you were asked, take:", "", *lines, "", ""]) if lines else ""
    front = f"---\nname: {skill_name(prompt)}\ndescription: >-\n  {_when(prompt)}\n---\n\n"
    return f"{front}{head}{put(prompt.text, named)}\n"


def skill_name(prompt: Prompt) -> str:
    return prompt.name.replace("_", "-")


def _left_out(default: str | None) -> str:
    return f" (if it is not said: {default})" if default else " (ask if it is not said)"


def _when(prompt: Prompt) -> str:
    return f"{prompt.description} Use when somebody asks of their Harvest account: {prompt.title}."


def files() -> Mapping[str, str]:
    """Return the text of every file of the plugin and the extension, by its place in the repository."""
    manifests = {PLUGIN: plugin(), MARKET: market(), GEMINI: gemini()}
    skills = {f"skills/{skill_name(each)}/SKILL.md": skill(each) for each in facts.all_prompts()}
    return {**{name: facts.written(value) for name, value in manifests.items()}, **skills}


def write() -> None:
    """Write them, and take out skills whose prompt is gone."""
    wanted = files()
    for name, text in wanted.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(text, "utf-8")
    for place in (ROOT / "skills").glob("*/SKILL.md"):
        if str(place.relative_to(ROOT)) not in wanted:
            place.unlink()
            place.parent.rmdir()
