"""The person's computer: where settings are kept on its system, and which programs it finds."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Platform = Literal["darwin", "win32", "linux"]


@dataclass(frozen=True, slots=True)
class Machine:
    """A home folder, an operating system and an environment."""

    home: Path
    platform: Platform
    environ: Mapping[str, str]

    @classmethod
    def here(cls) -> "Machine":
        """Return the one this runs on."""
        platform: Platform = "darwin" if sys.platform == "darwin" else "win32" if sys.platform == "win32" else "linux"
        return cls(Path.home(), platform, dict(os.environ))

    def path(self, template: str) -> Path:
        """Return a path from the table of clients, such as `{apps}/Claude`, on this machine."""
        config = self._folder("XDG_CONFIG_HOME", self.home / ".config")
        apps = {
            "darwin": self.home / "Library" / "Application Support",
            "win32": self._folder("APPDATA", self.home / "AppData" / "Roaming"),
            "linux": config,
        }
        claude, codex = self._folder("CLAUDE_CONFIG_DIR", self.home), self._folder("CODEX_HOME", self.home / ".codex")
        roots = {"home": self.home, "config": config, "apps": apps[self.platform], "claude": claude, "codex": codex}
        return Path(template.format(**roots))

    def program(self, name: str) -> str | None:
        """Return the full path of a program that takes its arguments unchanged."""
        found = shutil.which(name, path=self.environ.get("PATH", "")) if name else None
        # A Windows batch file parses its arguments by rules of its own.
        return None if found is None or found.lower().endswith((".cmd", ".bat")) else found

    def _folder(self, variable: str, otherwise: Path) -> Path:
        """Return the folder a variable names; a relative one is ignored, as the clients do."""
        named = self.environ.get(variable, "")
        return Path(named) if named and Path(named).is_absolute() else otherwise
