"""What is handed out, tried as people get it; each check says what was seen."""

import hashlib
import json
import re
import shutil
import tarfile
import time
from collections.abc import Callable, Mapping
from email import message_from_bytes
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.release import bundle, extension, facts, image, links, programs, registry
from tests.release.constraints import ROOT
from tests.release.made import Made
from tests.release.programs import WrongError

PLAYED = "Every call ended as it should."
TOKEN = {"HARVEST_ACCESS_TOKEN": "none", "HARVEST_ACCOUNT_ID": "1"}
"""Nothing is asked of the vendor until a tool is called."""
Check = Callable[[Made], str]


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise WrongError(f"{what}: {found} is not {wanted}")


def _told(answers: programs.Answers, toolsets: str = "default") -> str:
    _same("version", answers.version, facts.VERSION)
    _same("tools", answers.tools, tuple(facts.names(facts.tools(toolsets))))
    return f"{len(answers.tools)} tools of version {answers.version}"


def agree(made: Made) -> str:
    """Compare version, names and links in all of them."""
    with ZipFile(made.wheel) as packed:
        (place,) = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
        told = message_from_bytes(packed.read(place))
    _same("version of the wheel", told["Version"], facts.VERSION)
    entry, manifest = json.loads(made.entry.read_text("utf-8")), _manifest(made)
    _same("version of the bundle", manifest["version"], facts.VERSION)
    _same("tools of the bundle", [tool["name"] for tool in manifest["tools"]], facts.names(facts.tools()))
    _same("rules of the registry that are broken", registry.broken(entry), [])
    digest = hashlib.sha256(made.bundle.read_bytes()).hexdigest()
    _same("digest of the bundle", {each.get("fileSha256") for each in entry["packages"]}, {None, digest})
    with tarfile.open(made.sources) as packed_sources:
        names = {name.partition("/")[2] for name in packed_sources.getnames()}
    _same("files of plugin and extension left out of the sources", set(extension.files()) - names, set())
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.findall(rf"\]\(((?:{re.escape(links.CURSOR)}|{re.escape(links.CODE)})[^)]*)\)", readme)
    _same("links of the README", found, [links.cursor(), links.code()])
    return f"version {facts.VERSION}, {len(manifest['tools'])} tool names, {len(found)} links"


def _manifest(made: Made) -> dict[str, Any]:
    with ZipFile(made.bundle) as packed:
        manifest: dict[str, Any] = json.loads(packed.read("manifest.json"))
    return manifest


def uvx(made: Made) -> str:
    """Play the demonstration and open a conversation by `uvx`."""
    env = programs.environment(made.home("uvx"))
    start = ["uvx", "--from", str(made.wheel), facts.NAME]
    _played(programs.run([*start, "demo"], env))
    return _told(programs.opened(start, {**env, **TOKEN}))


def uv_tool(made: Made) -> str:
    """Install by `uv tool install`, with the versions that were tested."""
    env = programs.environment(made.home("uv-tool"))
    programs.run(["uv", "tool", "install", "--quiet", "--constraints", made.constraints, f"{made.wheel}[keyring]"], env)
    _played(programs.run([facts.NAME, "demo"], env))
    return _told(programs.opened([facts.NAME], {**env, **TOKEN}))


def pipx(made: Made) -> str:
    """Install by pipx."""
    env = programs.environment(made.home("pipx"))
    programs.run(["pipx", "install", "--quiet", made.wheel], env)
    _played(programs.run([facts.NAME, "demo"], env))
    return _told(programs.opened([facts.NAME], {**env, **TOKEN}))


def _played(said: str) -> None:
    if PLAYED not in said:
        raise WrongError(f"the demonstration did not end well: {said[-600:]}")


def packed(made: Made) -> str:
    """Unpack the bundle by its own tool, and start it as its manifest says."""
    env = programs.environment(made.home("bundle"))
    folder = made.home("unpacked")
    programs.run(["mcpb", "unpack", made.bundle, folder], env)
    locked = (folder / "uv.lock").read_bytes()
    command, variables = bundle.started(folder, {"access_token": "none", "account_id": "1"})
    answers = programs.opened(command, {**env, **variables})
    _same("lock after the start", (folder / "uv.lock").read_bytes(), locked)
    return f"{_told(answers)}, {made.bundle.stat().st_size // 1000} kB"


def entry(made: Made) -> str:
    """Hold the entry of the registry, skills and plugin to the rules of a linter that has the registry's schema."""
    folder = made.home("entry")
    shutil.copy(made.entry, folder)
    shutil.copy(ROOT / "README.md", folder)
    for name, text in extension.files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    told = programs.run(["skillsaw", "lint", "--strict", folder], programs.environment(made.home("linter")))
    return ", ".join(re.findall(r"(?:Errors|Warnings): +\d+", told))


def plugin(made: Made) -> str:
    """Let Claude Code check and install the plugin from the sources, and start its server."""
    env = programs.environment(made.home("claude"))
    folder = _sources(made)
    programs.run(["claude", "plugin", "validate", "--strict", folder], env)
    programs.run(["claude", "plugin", "validate", "--strict", folder / extension.PLUGIN], env)
    programs.run(["claude", "plugin", "marketplace", "add", folder], env)
    name = f"{facts.NAME}@{facts.NAME}"
    programs.run(["claude", "plugin", "install", name, "--config", "access_token=none"], env)
    told = programs.run(["claude", "mcp", "list"], {**env, "MCP_TIMEOUT": "240000"})
    if not re.search(rf"plugin:{facts.NAME}:{facts.CALLED}: .* Connected", told):
        raise WrongError(f"Claude Code did not connect: {told[-600:]}")
    return "installed and connected"


def gemini(made: Made) -> str:
    """Let Gemini CLI check and install the extension from the sources, and start its server."""
    env = programs.environment(made.home("gemini"))
    folder = _sources(made)
    programs.run(["gemini", "extensions", "validate", folder], env)
    programs.run(["gemini", "extensions", "install", folder, "--consent", "--skip-settings"], env, told="y\n")
    listed = programs.run(["gemini", "extensions", "list"], env)
    _same("skills", set(re.findall(r"^  ([\w-]+): ", listed, re.MULTILINE)) & _skills(), _skills())
    told = programs.run(["gemini", "mcp", "list"], env, folder, told="y\n")
    found = re.search(rf"{facts.CALLED} \(from {facts.NAME}\): (.*) \(stdio\)", told)
    if found is None:
        raise WrongError(f"Gemini CLI has no such server: {told[-600:]}")
    # Its list gives a server 5 s, and the first start fetches packages; a conversation waits longer.
    return f"{_told(programs.opened(found[1].split(), {**env, **TOKEN}), facts.toolsets())}, {len(_skills())} skills"


def _skills() -> set[str]:
    return {extension.skill_name(each) for each in facts.all_prompts()}


def _sources(made: Made) -> Path:
    folder = made.home("sources")
    with tarfile.open(made.sources) as archive:
        archive.extractall(folder, filter="data")
    (inner,) = folder.iterdir()
    return inner


def readme(made: Made) -> str:
    """Follow the README in a fresh clone with an empty home, with uv and without, until a client's entry answers."""
    told = []
    for name in ("install", "install without uv"):
        home, clone = made.home("readme"), made.home("clone")
        env = programs.environment(home)
        programs.run(["git", "clone", "--quiet", ROOT, clone], env)
        found = re.search(rf"<!-- command: {name} -->\n```sh\n(.*)\n```", (clone / "README.md").read_text("utf-8"))
        if found is None:
            raise WrongError(f"the README has no command to {name}")
        began = time.monotonic()
        programs.run(["bash", "-euo", "pipefail", "-c", found[1]], env, clone)
        env["PATH"] = f"{home}/.harvest-mcp/bin:{env['PATH']}"
        place = home / ".cursor" / "mcp.json"
        place.parent.mkdir()
        programs.run([facts.NAME, "install", "cursor", "--sandbox", "--yes"], env, home)
        started = json.loads(place.read_text("utf-8"))["mcpServers"][facts.CALLED]
        answers = programs.opened([started["command"], *started["args"]], env, home)
        told.append(f"{len(answers.tools)} tools after {time.monotonic() - began:.0f} s")
        programs.run([facts.NAME, "uninstall", "cursor", "--yes"], env, home)
        _same("the client's file after it was taken out", place.exists(), False)
    return ", without uv ".join(told)


CHECKS: Mapping[str, Check] = {
    "version, tools and links agree": agree,
    "README": readme,
    "uvx": uvx,
    "uv tool install": uv_tool,
    "pipx install": pipx,
    "bundle": packed,
    "registry, skills": entry,
    "Claude Code plugin": plugin,
    "Gemini CLI extension": gemini,
    "image": lambda made: image.check(made.home("image")),
}
