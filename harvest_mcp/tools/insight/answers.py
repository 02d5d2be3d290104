"""The form of an answer: its scope and totals in the first line, then a row for each; as a file on request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvest_mcp.text.render import as_csv
from harvest_mcp.text.sheets import Sheet
from harvest_mcp.tools.files.giving import exported
from harvest_mcp.tools.tool import Answer, Call


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """An answer in rows; totals in its head are over all of them, shown or not."""

    head: str
    columns: Sequence[str]
    lines: Sequence[Sequence[Any]]

    async def answer(self, call: Call, given: Mapping[str, Any], name: str, *named: str) -> Answer:
        """Return it as text, with a file if one was asked for."""
        file = await exported(call, given, Sheet(name, self.columns, self.lines), *named)
        head = "; ".join([self.head, *file.notes])
        if not self.lines:
            return Answer(f"# {head}", file.attached)
        told, shown = as_csv(self.columns, self.lines)
        more = (
            "" if shown == len(self.lines) else f"; the first {shown} of {len(self.lines)} rows, the sums are over all"
        )
        return Answer(f"# {head}{more}\n{told}", file.attached)
