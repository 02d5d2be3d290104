"""The doctor's findings with what to do about them, as text and as JSON."""

import json
from dataclasses import asdict, dataclass, field
from typing import Literal

from harvest_mcp.text.render import line

State = Literal["ok", "note", "failed", "skipped"]
SIGN: dict[State, str] = {"ok": "✓", "note": "!", "failed": "✗", "skipped": "-"}


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `fix` is what to do about it."""

    name: str
    state: State
    says: str
    fix: str = ""


@dataclass(slots=True)
class Findings:
    """All findings, and every setting with its source; secrets are masked."""

    settings: list[dict[str, str]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    about: str = ""
    """Which of several accounts is being looked at."""

    @property
    def healthy(self) -> bool:
        return not any(check.state == "failed" for check in self.checks)

    def add(self, name: str, state: State, says: str, fix: str = "") -> None:
        named = f"{self.about} {name}" if self.about else name
        self.checks.append(Check(named, state, line(says), line(fix)))

    def as_json(self) -> str:
        checks = [asdict(check) for check in self.checks]
        return json.dumps({"healthy": self.healthy, "settings": self.settings, "checks": checks}, indent=2)

    def as_text(self) -> str:
        wide = max((len(each["name"]) for each in self.settings), default=0)
        lines = [f"  {each['name']:{wide}}  {each['value']}  ({each['source']})" for each in self.settings]
        lines = ["Settings", *lines, ""] if lines else []
        wide = max([11, *(len(check.name) for check in self.checks)])
        for check in self.checks:
            lines.append(f"{SIGN[check.state]} {check.name:{wide}}  {check.says}")
            if check.fix:
                lines.append(f"  {'':{wide}}  → {check.fix}")
        return "\n".join([*lines, "", "All is well." if self.healthy else "Something needs your attention."])
