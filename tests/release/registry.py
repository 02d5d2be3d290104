"""The entry of the MCP registry, and the rules it is held to: its schema of 2025-12-11, and its publishing guide."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from harvest_mcp.config.settings import SECRETS, Settings
from tests.release import facts

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
INCWO = ("incwo_url", "incwo_login", "incwo_password")
Entry = dict[str, Any]


def name(repository: str) -> str:
    """Return the name that whoever owns the repository may publish under.

    Raises:
        ValueError: it is none of GitHub's, and so has no such name.
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+)/[\w.-]+", repository)
    if found is None:
        raise ValueError(f"{repository} is not https://github.com/OWNER/REPOSITORY")
    return f"io.github.{found[1]}/{facts.NAME}"


def entry(repository: str, bundle: str, digest: str) -> Entry:
    """Return the entry: the wheel, and the bundle of that file name and SHA-256 in the release of this version."""
    return {
        "$schema": SCHEMA,
        "name": name(repository),
        "title": facts.TITLE,
        "description": facts.SHORT,
        "version": facts.VERSION,
        "repository": {"url": repository, "source": "github"},
        "packages": [
            {
                "registryType": "pypi",
                "identifier": facts.NAME,
                "version": facts.VERSION,
                "runtimeHint": "uvx",
                "transport": {"type": "stdio"},
                "environmentVariables": variables(),
            },
            {
                "registryType": "mcpb",
                "identifier": f"{repository}/releases/download/v{facts.VERSION}/{bundle}",
                "fileSha256": digest,
                "transport": {"type": "stdio"},
            },
        ],
    }


def variables() -> list[dict[str, Any]]:
    """Return what a person fills in, for Harvest and for incwo; nothing is required, since either will do."""
    rows = [{"name": each.variable, "description": f"{each.says}.", **_kind(each)} for each in facts.ASKED]
    for field in INCWO:
        told = Settings.model_fields[field]
        row = {"name": str(told.validation_alias), "description": f"incwo: {told.description}"}
        rows.append({**row, "format": "string", **({"isSecret": True} if field in SECRETS else {})})
    return rows


def _kind(each: facts.Asked) -> dict[str, Any]:
    if isinstance(each.default, bool):
        return {"format": "boolean", "default": str(each.default).lower()}
    return {"format": "string", **({"isSecret": True} if each.secret else {})}


def _packages(entry: Entry, kind: str = "") -> Iterator[dict[str, Any]]:
    return (each for each in entry["packages"] if kind in ("", each["registryType"]))


def _exact(version: object) -> bool:
    return isinstance(version, str) and re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", version) is not None


RULES: Mapping[str, Callable[[Entry], bool]] = {
    "the schema is the one of that date": lambda e: e["$schema"] == SCHEMA,
    "the name has one slash behind a reversed domain": lambda e: (
        re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", e["name"]) is not None and 3 <= len(e["name"]) <= 200
    ),
    "title and description have 1 to 100 characters": lambda e: all(
        1 <= len(e[key]) <= 100 for key in ("title", "description")
    ),
    "the version is one exact version": lambda e: _exact(e["version"]),
    "the repository is an address at its forge": lambda e: (
        urlsplit(e["repository"]["url"]).scheme == "https" and e["repository"]["source"] in ("github", "gitlab")
    ),
    "a package has its kind, its identifier and a transport": lambda e: all(
        each["registryType"] and each["identifier"] and each["transport"]["type"] in ("stdio", "streamable-http", "sse")
        for each in _packages(e)
    ),
    "a package that is found by its version has the entry's": lambda e: all(
        each["version"] == e["version"] for each in _packages(e, "pypi")
    ),
    "a bundle has a digest, and mcp in its https address": lambda e: all(
        re.fullmatch(r"[a-f0-9]{64}", each["fileSha256"])
        and urlsplit(each["identifier"]).scheme == "https"
        and "mcp" in each["identifier"]
        for each in _packages(e, "mcpb")
    ),
    "a variable has a name and a known format": lambda e: all(
        re.fullmatch(r"[A-Z][A-Z0-9_]*", each["name"]) and each["format"] in ("string", "number", "boolean", "filepath")
        for package in _packages(e)
        for each in package.get("environmentVariables", [])
    ),
    "a secret has no value": lambda e: (
        not any(
            each.get("isSecret") and (each.get("default") or each.get("value"))
            for package in _packages(e)
            for each in package.get("environmentVariables", [])
        )
    ),
}


def broken(entry: Entry) -> list[str]:
    """Return the rules that an entry breaks."""
    return [rule for rule, holds in RULES.items() if not _held(holds, entry)]


def _held(holds: Callable[[Entry], bool], entry: Entry) -> bool:
    try:
        return holds(entry)
    except (KeyError, TypeError):
        return False
