"""Everything that is handed out, made into one folder."""

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.release import bundle, constraints, facts, programs, registry
from tests.release.constraints import ROOT

STAND_IN = "https://github.com/OWNER/harvest-mcp"
"""Where the project has no address yet: an entry with it is whole, but nobody can publish it."""
OFFICIAL = ("pypi.org", "files.pythonhosted.org")


@dataclass(frozen=True, slots=True)
class Made:
    """The folder, what is in it, and where scratch files go."""

    folder: Path
    scratch: Path
    repository: str

    @property
    def wheel(self) -> Path:
        return self.folder / f"harvest_mcp-{facts.VERSION}-py3-none-any.whl"

    @property
    def sources(self) -> Path:
        return self.folder / f"harvest_mcp-{facts.VERSION}.tar.gz"

    @property
    def bundle(self) -> Path:
        return self.folder / f"{facts.NAME}-{facts.VERSION}.mcpb"

    @property
    def entry(self) -> Path:
        return self.folder / "server.json"

    @property
    def constraints(self) -> Path:
        return self.folder / constraints.PLACE.name

    def home(self, name: str) -> Path:
        """Return an empty home, new for each check."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.scratch))


def make(folder: Path, scratch: Path, repository: str = STAND_IN) -> Made:
    """Make all of it.

    Raises:
        NotHereError: uv or the bundler cannot be had.
        WrongError: one of them failed.
    """
    made = Made(folder, scratch, repository)
    folder.mkdir(parents=True, exist_ok=True)
    env = programs.environment(made.home("make"))
    programs.run(["uv", "build", "--quiet", "--out-dir", folder, ROOT], env)
    (folder / ".gitignore").unlink(missing_ok=True)  # uv's own
    shutil.copy(constraints.PLACE, made.constraints)
    unpacked = made.scratch / "bundle"
    bundle.fill(unpacked, made.wheel, None if repository == STAND_IN else repository)
    programs.run(["uv", "lock", "--quiet", "--directory", unpacked], env)
    hosts = set(re.findall(r"https?://([^/\"]+)", (unpacked / "uv.lock").read_text("utf-8")))
    if hosts - {*OFFICIAL}:
        raise programs.WrongError(
            f"the lock names {', '.join(sorted(hosts))}: make it where packages come from the index"
        )
    programs.run(["mcpb", "validate", unpacked / "manifest.json"], env)
    programs.run(["mcpb", "pack", unpacked, made.bundle], env)
    digest = hashlib.sha256(made.bundle.read_bytes()).hexdigest()
    made.entry.write_text(facts.written(registry.entry(repository, made.bundle.name, digest)), "utf-8")
    return made
