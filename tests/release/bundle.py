"""The bundle that Claude Desktop installs with one click: the wheel's files, their lock, and what a person fills in."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.release import constraints, facts
from tests.release.constraints import ROOT

ENTRY = "harvest_mcp/__main__.py"
ICON = "icon.png"
ARGUMENTS = ["run", "--frozen", "--no-dev", "--directory", "${__dirname}", "python", "-m", "harvest_mcp"]
PIXELS = 512


def manifest(repository: str | None = None) -> dict[str, Any]:
    """Return the manifest, with links where the project has an address."""
    links = {
        "repository": {"type": "git", "url": repository},
        "homepage": repository,
        "support": f"{repository}/issues",
    }
    environment = {**facts.environment("${user_config.KEY}"), "UV_COMPILE_BYTECODE": "1"}
    return {
        "manifest_version": "0.4",
        "name": facts.NAME,
        "display_name": facts.TITLE,
        "version": facts.VERSION,
        "description": facts.SHORT,
        "long_description": facts.PROJECT["description"],
        "author": {"name": facts.AUTHOR},
        "license": facts.PROJECT["license"],
        "keywords": facts.PROJECT["keywords"],
        "icon": ICON,
        **(links if repository else {}),
        "server": {
            "type": "uv",
            "entry_point": ENTRY,
            "mcp_config": {"command": "uv", "args": ARGUMENTS, "env": environment},
        },
        "compatibility": {
            "platforms": ["darwin", "win32", "linux"],
            "runtimes": {"python": facts.PROJECT["requires-python"]},
        },
        "user_config": {each.key: _asked(each) for each in facts.ASKED},
        "tools": [{"name": tool.name, "description": tool.says} for tool in facts.tools()],
        "tools_generated": True,
        "prompts_generated": True,
    }


def _asked(each: facts.Asked) -> dict[str, Any]:
    kind = "boolean" if isinstance(each.default, bool) else "string"
    asked = {"type": kind, "title": each.title, "description": f"{each.says}.", "required": each.default is None}
    return {**asked, **({"sensitive": True} if each.secret else {"default": each.default})}


def needs() -> str:
    """Return the project file of the bundle: what the wheel asks for, as it was tested."""
    pinned = [f"{name}=={version}" for name, version in constraints.pinned().items()]
    lines = [
        "[project]",
        f'name = "{facts.NAME}-bundle"',
        f'version = "{facts.VERSION}"',
        f'requires-python = "{facts.PROJECT["requires-python"]}"',
        f"dependencies = {json.dumps(facts.PROJECT['dependencies'])}",
        "",
        "[tool.uv]",
        "package = false",
        f"constraint-dependencies = {json.dumps(pinned)}",
    ]
    return "\n".join(lines) + "\n"


def fill(folder: Path, wheel: Path, repository: str | None = None) -> None:
    """Put everything but the lock into a folder."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    (folder / "manifest.json").write_text(facts.written(manifest(repository)), "utf-8")
    (folder / "pyproject.toml").write_text(needs(), "utf-8")
    (folder / "LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
    draw(folder / ICON)


def draw(place: Path) -> None:
    """Draw the clock of `protocol/icon.py` in the size that a host shows, four times as large at first."""
    unit = PIXELS * 4 // 16
    image = Image.new("RGBA", (16 * unit, 16 * unit))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, 16 * unit, 16 * unit), radius=4 * unit, fill="#26734d")
    width = unit * 3 // 2
    rim = 5 * unit + width // 2
    pen.ellipse((8 * unit - rim, 8 * unit - rim, 8 * unit + rim, 8 * unit + rim), outline="#fff", width=width)
    hands = [(8 * unit, 5 * unit), (8 * unit, 8 * unit), (10 * unit, 10 * unit)]
    pen.line(hands, fill="#fff", width=width)
    for x, y in hands:
        pen.ellipse((x - width // 2, y - width // 2, x + width // 2, y + width // 2), fill="#fff")
    image.resize((PIXELS, PIXELS), Image.Resampling.LANCZOS).save(place, optimize=True)


def started(folder: Path, given: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the command and the variables a host starts an unpacked bundle with, by its own manifest."""
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    asked = {key: str(each.get("default", "")).lower() for key, each in told["user_config"].items()}
    values = {"__dirname": str(folder), **{f"user_config.{key}": text for key, text in {**asked, **given}.items()}}

    def put(text: str) -> str:
        return re.sub(r"\$\{([\w.]+)\}", lambda found: values[found[1]], text)

    config = told["server"]["mcp_config"]
    return [config["command"], *map(put, config["args"])], {name: put(text) for name, text in config["env"].items()}
