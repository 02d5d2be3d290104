"""The exact versions this environment was tested with: `python -m tests.release.constraints` writes constraints.txt."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "constraints.txt"
HEAD = "# What the tests ran with, on Python 3.11: pip install -c constraints.txt '.[keyring]'\n"
OWN = "harvest-mcp"


def project() -> dict[str, Any]:
    """Return the table of the project in pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def required() -> list[Requirement]:
    """Return all that pyproject.toml asks for, with every extra."""
    return _asked(project()["optional-dependencies"])


def tested() -> list[Requirement]:
    """Return what the tests are installed with: the extras that the one for tests names, and its own."""
    extras = project()["optional-dependencies"]
    named = {extra for line in extras["test"] for extra in Requirement(line).extras if Requirement(line).name == OWN}
    return _asked({"test", *named})


def _asked(extras: Iterable[str]) -> list[Requirement]:
    asked = project()
    lines = [line for extra in extras for line in asked["optional-dependencies"][extra]]
    wanted = [Requirement(line) for line in (*asked["dependencies"], *lines)]
    return [each for each in wanted if each.name != OWN]


def pinned() -> dict[str, str]:
    """Return what constraints.txt holds: versions by normalized name."""
    rows = re.findall(r"^([\w.-]+)==(\S+)$", PLACE.read_text("utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in rows}


def installed(wanted: Sequence[Requirement], seen: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield name and version of what is here of these, and of all they ask for in their turn."""
    for each in wanted:
        name = canonicalize_name(each.name)
        for extra in ("", *sorted(each.extras)):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                found = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue  # of another system
            yield name, found.version
            inner = [Requirement(line) for line in found.requires or ()]
            here = [one for one in inner if one.marker is None or one.marker.evaluate({"extra": extra})]
            yield from installed(here, seen)


def text() -> str:
    """Return constraints.txt as this environment has it."""
    rows = sorted({*installed(tested(), set())})
    return HEAD + "".join(f"{name}=={version}\n" for name, version in rows)


if __name__ == "__main__":
    PLACE.write_text(text(), "utf-8")
