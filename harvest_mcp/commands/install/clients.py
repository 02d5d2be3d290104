"""The clients, one row each: where their settings are on each system, and the form of a server in them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from harvest_mcp.commands.install.entry import Shape, copilot, goose, plain, typed
from harvest_mcp.commands.install.machine import Machine, Platform

Format = Literal["json", "json with comments", "jsonc", "toml", "yaml"]
"""The format of a file: `jsonc` is JSON with comments and trailing commas."""


@dataclass(frozen=True, slots=True)
class OwnCommand:
    """A client's own command: the arguments to `add` an entry by name, and to `remove` it."""

    program: str
    add: Callable[[str, dict[str, Any]], list[str]]
    remove: Callable[[str], list[str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class McpClient:
    """A program that starts servers.

    Of several `places`, the first whose folder exists counts. `key` is the member with the servers, `shape` the form of
    an entry, and `signs` are paths that show the client is installed even without its settings folder.
    """

    name: str
    title: str
    places: Mapping[Platform, tuple[str, ...]]
    format: Format = "jsonc"
    key: str = "mcpServers"
    shape: Shape = plain
    own: OwnCommand | None = None
    signs: tuple[str, ...] = ()

    def place(self, machine: Machine) -> Path:
        """Return the path of its settings."""
        there = [machine.path(template) for template in self.places[machine.platform]]
        return next((path for path in there if path.parent.is_dir()), there[0])

    def program(self, machine: Machine) -> str | None:
        """Return the full path of its own command, if it is on the PATH."""
        return machine.program(self.own.program) if self.own else None

    def installed(self, machine: Machine) -> bool:
        """Return whether it is on this machine."""
        if self.program(machine):
            return True
        if self.signs:
            return any(machine.path(sign).exists() for sign in self.signs)
        return self.place(machine).parent.is_dir()


def _everywhere(*places: str) -> dict[Platform, tuple[str, ...]]:
    return {"darwin": places, "win32": places, "linux": places}


def _but_windows(place: str, windows: str) -> dict[Platform, tuple[str, ...]]:
    return {"darwin": (place,), "win32": (windows,), "linux": (place,)}


def _variables(flag: str, entry: dict[str, Any]) -> list[str]:
    return [word for name, value in entry.get("env", {}).items() for word in (flag, f"{name}={value}")]


CLAUDE = OwnCommand(
    "claude",
    lambda name, entry: ["mcp", "add-json", "--scope", "user", name, json.dumps(entry)],
    lambda name: ["mcp", "remove", "--scope", "user", name],
)
CODEX = OwnCommand(
    "codex",
    lambda name, entry: ["mcp", "add", name, *_variables("--env", entry), "--", entry["command"], *entry["args"]],
    lambda name: ["mcp", "remove", name],
)
GEMINI = OwnCommand(
    "gemini",
    lambda name, entry: ["mcp", "add", "-s", "user", *_variables("-e", entry), name, entry["command"], *entry["args"]],
    lambda name: ["mcp", "remove", "-s", "user", name],
)
CODE = OwnCommand("code", lambda name, entry: ["--add-mcp", json.dumps({"name": name, **entry})])

ALL = (
    McpClient(
        name="claude-desktop",
        title="Claude Desktop",
        places=_everywhere("{apps}/Claude/claude_desktop_config.json"),
        format="json",
    ),
    McpClient(
        name="claude-code",
        title="Claude Code",
        places=_everywhere("{claude}/.claude.json"),
        format="json",  # its command overwrites a file it cannot read
        shape=typed,
        own=CLAUDE,
        signs=("{claude}/.claude.json", "{home}/.claude"),
    ),
    McpClient(
        name="vscode",
        title="VS Code",
        places=_everywhere("{apps}/Code/User/mcp.json"),
        key="servers",
        shape=typed,
        own=CODE,
    ),
    McpClient(name="cursor", title="Cursor", places=_everywhere("{home}/.cursor/mcp.json")),
    McpClient(name="windsurf", title="Windsurf", places=_everywhere("{home}/.codeium/windsurf/mcp_config.json")),
    McpClient(
        name="codex",
        title="Codex",
        places=_everywhere("{codex}/config.toml"),
        format="toml",
        key="mcp_servers",
        own=CODEX,
    ),
    McpClient(
        name="gemini",
        title="Gemini CLI",
        places=_everywhere("{home}/.gemini/settings.json"),
        format="json with comments",
        own=GEMINI,
    ),
    McpClient(
        name="goose",
        title="Goose",
        places=_but_windows("{config}/goose/config.yaml", "{apps}/Block/goose/config/config.yaml"),
        format="yaml",
        key="extensions",
        shape=goose,
    ),
    McpClient(
        name="zed",
        title="Zed",
        places=_but_windows("{config}/zed/settings.json", "{apps}/Zed/settings.json"),
        key="context_servers",
    ),
    McpClient(
        name="lm-studio",
        title="LM Studio",
        places={
            "darwin": ("{home}/.lmstudio/mcp.json", "{home}/.cache/lm-studio/mcp.json"),
            "win32": ("{home}/.lmstudio/mcp.json",),
            "linux": ("{home}/.lmstudio/mcp.json",),
        },
    ),
    McpClient(
        name="copilot-cli",
        title="Copilot CLI",
        places=_everywhere("{home}/.copilot/mcp-config.json"),
        shape=copilot,
    ),
)
CLIENTS: Mapping[str, McpClient] = {each.name: each for each in ALL}
