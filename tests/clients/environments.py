"""An environment of its own for each client: made once, kept in the user's cache under what it holds."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs
import pytest

DRIVERS = Path(__file__).parent / "drivers"
KEPT = platformdirs.user_cache_path("harvest-mcp-tests") / "clients"
MADE_IN = 540
"""Seconds an environment may take to be made; CrewAI's holds 900 MB."""


def python(requirements: Sequence[str]) -> Path:
    """The interpreter of an environment that holds these packages."""

    def make(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements])

    return _kept(requirements, make) / "bin" / "python"


def node(packages: Sequence[str]) -> Path:
    """A folder with these npm packages, and the drivers beside them, where Node.js looks for imports."""
    if (npm := shutil.which("npm")) is None:
        pytest.skip("there is no npm on this machine")

    def make(folder: Path) -> None:
        _run([npm, "install", "--loglevel", "error", "--no-audit", "--no-fund", "--prefix", str(folder), *packages])

    folder = _kept(packages, make)
    for driver in DRIVERS.glob("*.mjs"):
        _put(driver, folder / driver.name)
    return folder


def _kept(holds: Sequence[str], make: Callable[[Path], None]) -> Path:
    """The folder made for these packages; a virtual environment cannot be moved, so a mark tells that it is whole."""
    name = hashlib.sha256("\n".join([sys.version, *holds]).encode()).hexdigest()[:16]
    folder = KEPT / name
    whole = folder / "whole"
    if not whole.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        whole.touch()
    return folder


def _put(driver: Path, place: Path) -> None:
    """Write it at once: another test may be reading what was there."""
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(driver.read_bytes())
    os.replace(file.name, place)


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=MADE_IN, check=False)
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip() or "nothing was said").splitlines()[-1]
        pytest.skip(f"{Path(command[0]).name} could not get the packages: {told}")
