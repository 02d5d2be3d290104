"""The views that hosts show beside an answer (MCP Apps): which tools have one, and each as one page of plain HTML.

A view draws the text of an answer, which stays the truth; nothing else is sent for it, since clients exist that give a
model `structuredContent` instead of the text. What two views have in common is written once, in `shared.html`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from importlib.resources import files
from typing import Any

from harvest_mcp.protocol.resources import FixedText

EXTENSION = "io.modelcontextprotocol/ui"
KIND = "text/html;profile=mcp-app"
SHARED = "<!-- shared -->\n"
FRAME: Mapping[str, Any] = {"ui": {"prefersBorder": True}}
"""The `_meta` of a page: without a policy of its own it has no network access."""


@dataclass(frozen=True, slots=True)
class AppView:
    """A page that draws the answers of some tools."""

    name: str
    title: str
    says: str
    tools: tuple[str, ...]


VIEWS = (
    AppView("week", "Timesheet", "A day or a week as a grid, with sums, running timers and locks.", ("get_timesheet",)),
    AppView(
        "directory",
        "Clients and contacts",
        "Clients to search as one types, each with its contacts.",
        ("list_clients",),
    ),
    AppView("hours", "Hours", "Hours by project or person as bars, with budgets.", ("report_time",)),
    AppView("invoice", "Invoice", "An invoice as it will be read, with its payments.", ("get_invoice",)),
)


@cache
def page(view: AppView) -> str:
    """Return a view as one HTML page, without the comments and indents of its source."""
    here = files(__name__)
    shared = (here / "shared.html").read_text("utf-8")
    whole = (here / f"{view.name}.html").read_text("utf-8").replace(SHARED, shared)
    lines = (each.strip() for each in whole.splitlines())
    return "\n".join(each for each in lines if each and not each.startswith("//"))


@cache
def uri(view: AppView) -> str:
    """Return the address of a view; it changes with the page, since hosts cache what they have read."""
    return f"ui://harvest/{view.name}-{blake2b(page(view).encode(), digest_size=3).hexdigest()}"


def meta_of(tool: str) -> dict[str, Any] | None:
    """Return the `_meta` of a tool that has a view."""
    view = next((each for each in VIEWS if tool in each.tools), None)
    return {"ui": {"resourceUri": uri(view)}} if view else None


def fixed_texts() -> tuple[FixedText, ...]:
    """Return the views as resources."""
    return tuple(
        FixedText(
            uri=uri(view),
            name=view.name,
            title=view.title,
            says=view.says,
            kind=KIND,
            content=partial(page, view),
            tools=frozenset(view.tools),
            meta=FRAME,
        )
        for view in VIEWS
    )
