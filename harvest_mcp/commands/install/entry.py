"""The entry for this server in a client's settings: how it is started, in each client's form."""

import json
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from harvest_mcp.config.choosing import SAID
from harvest_mcp.config.settings import SECRETS, Settings
from harvest_mcp.integrations import INTEGRATIONS

OURS = re.compile(r"(?:^|[/\\])harvest[-_]mcp(?:\.exe)?(?:$|[\[@=])", re.IGNORECASE)
BUS = "DBUS_SESSION_BUS_ADDRESS"
"""The variable by which Linux's keyring is reached; many clients do not pass it on."""
SHORT_LIVED = {
    "uvx": r"[/\\]uv[/\\](?:cache[/\\])?(?:archive|environments|builds)-v\d+",
    "pipx": r"[/\\]pipx[/\\]\.?cache[/\\]",
}
"""Folders of runs without an installation, and the program that starts them again."""
SECRET_VARIABLES = tuple(str(Settings.model_fields[name].validation_alias) for name in SECRETS)


@dataclass(frozen=True, slots=True)
class Start:
    """A command by its full path, its arguments and its variables."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


Shape = Callable[[str, Start], dict[str, Any]]


def plain(name: str, start: Start) -> dict[str, Any]:
    """Return the form most clients use."""
    entry: dict[str, Any] = {"command": start.command, "args": list(start.args)}
    return {**entry, "env": dict(start.env)} if start.env else entry


def typed(name: str, start: Start) -> dict[str, Any]:
    """Return the form that names the transport."""
    return {"type": "stdio", **plain(name, start)}


def copilot(name: str, start: Start) -> dict[str, Any]:
    """Return the form of GitHub Copilot CLI, which needs tools by name, or all of them."""
    return {"type": "local", **plain(name, start), "tools": ["*"]}


def goose(name: str, start: Start) -> dict[str, Any]:
    """Return the form of an extension of Goose."""
    entry: dict[str, Any] = {
        "enabled": True,
        "type": "stdio",
        "name": name,
        "description": "Harvest and incwo accounts",
        "cmd": start.command,
        "args": list(start.args),
        "envs": dict(start.env),
        "env_keys": [],
        "timeout": 300,
    }
    return entry


KEPT = ("enabled", "description", "timeout", "tools")
"""Members that a person may have changed, which are kept."""


def start_of(entry: object) -> Start | None:
    """Return how an entry starts its server; None for one over HTTP, or for anything else."""
    if not isinstance(entry, dict):
        return None
    command, args, env = entry.get("command", entry.get("cmd")), entry.get("args"), entry.get("env", entry.get("envs"))
    if not isinstance(command, str):
        return None
    words = tuple(map(str, args)) if isinstance(args, list) else ()
    return Start(command, words, {str(k): str(v) for k, v in env.items()} if isinstance(env, dict) else {})


def is_ours(entry: object) -> bool:
    """Return whether an entry starts this server."""
    start = start_of(entry)
    return start is not None and any(OURS.search(word) for word in (start.command, *start.args))


def merge_entry(old: object, new: dict[str, Any], systems: Collection[str] = ()) -> dict[str, Any]:
    """Return the new entry with what a person added to the old one: members, variables, settings of this server.

    Variables that name accounts of these systems' vendors are dropped; without systems, those of all.
    """
    if not isinstance(old, dict):
        return new
    vendors = {INTEGRATIONS[name].vendor for name in systems}
    ways = [each.variables for each in INTEGRATIONS.values() if each.vendor in vendors or not systems]
    named = {name for way in ways for name in way.account}
    own = {name + end for name in named for end in ("", "_FILE")} | {BUS, *([SAID] if len(ways) > 1 else [])}
    entry = {**old, **new, **{name: old[name] for name in KEPT if name in old}}
    for name in ("env", "envs"):
        theirs = old.get(name)
        kept = {key: value for key, value in theirs.items() if key not in own} if isinstance(theirs, dict) else {}
        env = {**kept, **new.get(name, {})}
        entry.pop(name, None)
        if env or name in new:
            entry[name] = env
    return entry


def same(one: object, other: object) -> bool:
    """Return whether two entries are equal; empty members may be missing."""
    return _filled(one) == _filled(other)


def _filled(entry: object) -> object:
    return {key: value for key, value in entry.items() if value not in ([], {})} if isinstance(entry, dict) else entry


def secrets_in(entry: object) -> list[str]:
    """Return our secrets in an entry."""
    start = start_of(entry)
    return [start.env[name] for name in SECRET_VARIABLES if start.env.get(name)] if start else []


def command(argv0: str, prefix: str = sys.prefix) -> tuple[str, ...]:
    """Return how to start this program again, by full paths: a client's PATH is not the shell's."""
    for program, pattern in SHORT_LIVED.items():
        if re.search(pattern, prefix) and (found := shutil.which(program)):
            words = ("--from",) if program == "uvx" else ("run", "--spec")
            return (found, *words, _package(), "harvest-mcp")
    ends = (".exe", "") if sys.platform == "win32" else ("",)
    places = [Path(argv0)] if Path(argv0).stem == "harvest-mcp" else []
    for place in [*places, Path(sysconfig.get_path("scripts")) / "harvest-mcp"]:
        for end in ends:
            full = place.with_suffix(end) if end else place
            if full.is_file():
                return (str(full.absolute()),)
    found = shutil.which("harvest-mcp")
    return (str(Path(found).absolute()),) if found else (sys.executable, "-m", "harvest_mcp")


def _package() -> str:
    """Return the requirement that installs this package: its name, and its source if that was no index."""
    name = "harvest-mcp[keyring]" if find_spec("keyring") else "harvest-mcp"
    told = json.loads(distribution("harvest-mcp").read_text("direct_url.json") or "{}")
    place = told.get("url", "")
    if commit := told.get("vcs_info"):
        place = f"{commit['vcs']}+{place}@{commit['commit_id']}"
    return f"{name} @ {place}" if place else name


def arguments(given: Mapping[str, Any], sandbox: str | None, *, in_memory: str) -> tuple[str, ...]:
    """Return the flags as typed, with absolute paths, since a client starts servers anywhere."""
    words = [] if sandbox is None else ["--sandbox" if sandbox == in_memory else f"--sandbox={_full(sandbox)}"]
    for name, value in given.items():
        if not value:
            continue
        words.append(f"--{name.replace('_', '-')}")
        if value is not True:
            words.append(_paths(name, str(value)))
    return tuple(words)


def _paths(flag: str, value: str) -> str:
    """Return the value of a flag; paths on this machine as absolute ones."""
    if flag in ("receipt_folders", "export_folder"):
        return os.pathsep.join(map(_full, value.split(os.pathsep)))
    return _full(value) if flag == "state" else value


def _full(path: str) -> str:
    return path if "://" in path else str(Path(path).expanduser().absolute())
