"""The programs that others make for this: fetched once into the user's cache, and run with a bound."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.clients import environments

PYTHON = ("uv==0.13.9", "pipx==1.18.4", "skillsaw==0.22.0")
BUNDLER = ("@anthropic-ai/mcpb@2.1.2",)
CLIENTS = ("@anthropic-ai/claude-code@2.1.197", "@openai/codex@0.171.0", "@google/gemini-cli@0.61.0")
"""The same as tests/clients/test_install.py has, so that they are fetched once."""
LASTS = 300
"""Seconds that one of them may take; the first start of a bundle fetches some 45 packages."""
OPENING = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "release", "version": "1"}}


class NotHereError(Exception):
    """A program that a check needs cannot be had on this machine; says why."""


class WrongError(Exception):
    """What was made is not as it should be; says how."""


@cache
def folders() -> tuple[str, ...]:
    """Return where the programs are.

    Raises:
        NotHereError: they cannot be fetched.
    """
    try:
        made = environments.python(PYTHON).parent
        nodes = [environments.node(names) / "node_modules" / ".bin" for names in (BUNDLER, CLIENTS)]
    except pytest.skip.Exception as error:
        raise NotHereError(str(error)) from None
    return (str(made), *map(str, nodes))


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return variables for a person with an empty home, who shares nothing but what was fetched already."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HARVEST_", "INCWO_", "VIRTUAL_"))
    }
    home.mkdir(parents=True, exist_ok=True)
    named = {name: str(home / name.lower()) for name in ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "PIPX_HOME", "PIPX_BIN_DIR")}
    path = os.pathsep.join([*folders(), *named.values(), kept["PATH"]])
    return {**kept, **named, "HOME": str(home), "PATH": path, **more}


def run(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path | None = None, told: str = "") -> str:
    """Run a program to its end, and return what it said.

    Raises:
        WrongError: it failed.
    """
    program = shutil.which(str(command[0]), path=env["PATH"]) or str(command[0])
    done = subprocess.run(
        [program, *map(str, command[1:])],
        env=env,
        cwd=cwd,
        input=told,
        capture_output=True,
        text=True,
        timeout=LASTS,
        check=False,
    )
    said = f"{done.stdout}\n{done.stderr}".strip()
    if done.returncode:
        raise WrongError(f"{Path(program).name} ended with {done.returncode}: {said[-600:]}")
    return said


@dataclass(frozen=True, slots=True)
class Answers:
    """What a server said of itself."""

    version: str
    tools: tuple[str, ...]


def opened(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path | None = None) -> Answers:
    """Start a server, shake hands, list its tools, and end it by closing its input."""
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": OPENING},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}},
    ]
    said = run(command, env, cwd, "".join(json.dumps(each) + "\n" for each in messages))
    lines = [line for line in said.splitlines() if line.startswith('{"')]
    answers: dict[int, Any] = {each["id"]: each.get("result") for each in map(json.loads, lines) if "id" in each}
    if not (answers.get(1) and answers.get(2)):
        raise WrongError(f"no answer to initialize and tools/list: {said[-600:]}")
    return Answers(answers[1]["serverInfo"]["version"], tuple(tool["name"] for tool in answers[2]["tools"]))
