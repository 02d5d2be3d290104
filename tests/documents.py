"""What is made from the code: `python -m tests.documents` writes it, tests compare it.

It is the tables and links of the documents, the skills, the ready files that come with the package, and what lays a new
state file out.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from pydantic_settings import BaseSettings

from harvest_mcp import server
from harvest_mcp.commands.flags import GATHERED
from harvest_mcp.commands.http_flags import NAMES
from harvest_mcp.commands.install.clients import ALL
from harvest_mcp.commands.install.machine import Machine, Platform
from harvest_mcp.config.http_settings import HttpSettings
from harvest_mcp.config.settings import Settings, read
from harvest_mcp.integrations import INTEGRATIONS
from harvest_mcp.protocol import prompts
from harvest_mcp.protocol.catalog import hints
from harvest_mcp.spec import System
from harvest_mcp.systems import load
from harvest_mcp.tools.tool import Tool
from tests import vocabulary, writes
from tests.front import shipped_files
from tests.harvest.endpoints import table
from tests.harvest_v2 import tool_calls
from tests.release import extension, links

ROOT = Path(__file__).parents[1]


def titled(system: System) -> str:
    """What people call it, with its API where that is not the first."""
    return f"{system.title} v2" if system.name.endswith("_v2") else system.title


def tools() -> str:
    return _table(server.tools_for(read({})))


def only_v2() -> str:
    """What Harvest's v2 has besides the tools of v1."""
    shared = {tool.name for tool in server.tools_for(read({"toolsets": "all"}))}
    offered = server.tools_for(read({"api": "v2", "toolsets": "all"}))
    return _table([tool for tool in offered if tool.name not in shared])


def incwo() -> str:
    """What it has besides the tools both systems share."""
    shared = {tool.name for tool in server.tools_for(read({}))}
    return _table([tool for tool in server.tools_for(read({"system": "incwo"})) if tool.name not in shared])


def toolsets(name: str) -> str:
    """What is offered only when it is asked for."""
    offered = server.tools_for(read({"system": name, "toolsets": "all"}))
    rows = []
    for toolset, says in load(name).groups:
        if toolset not in load(name).default_toolsets:
            rows.append(f"| `{toolset}` | {says} | {sum(tool.toolset == toolset for tool in offered)} |")
    return "\n".join(["| Toolset | For | Tools |", "|---|---|---|", *rows])


def all_toolsets() -> str:
    """Every toolset of both systems, and whether it is offered unasked."""
    rows = []
    for name in INTEGRATIONS:
        system = load(name)
        offered = server.tools_for(read({"system": name, "toolsets": "all"}))
        for toolset, says in system.groups:
            count = sum(tool.toolset == toolset for tool in offered)
            unasked = "yes" if toolset in system.default_toolsets else ""
            rows.append(f"| {titled(system)} | `{toolset}` | {says} | {count} | {unasked} |")
    return "\n".join(["| System | Toolset | For | Tools | Offered unasked |", "|---|---|---|---|---|", *rows])


def _table(offered: Sequence[Tool]) -> str:
    rows = [f"| `{tool.name}` | {tool.toolset} | {hints(tool)} | {tool.says} |" for tool in offered]
    return "\n".join(["| Tool | Toolset | | What it does |", "|---|---|---|---|", *rows])


def prompt_table() -> str:
    loaded = prompts.load(tool.name for tool in server.tools_for(read({"toolsets": "all"})))
    rows = [f"| `{prompt.name}` | {prompt.title} | {prompt.description} |" for prompt in loaded]
    return "\n".join(["| Prompt | Title | |", "|---|---|---|", *rows])


def settings_table() -> str:
    return _settings(Settings, GATHERED)


def http_table() -> str:
    return _settings(HttpSettings, NAMES)


def _settings(kept: type[BaseSettings], flags: Collection[str]) -> str:
    rows = []
    for name, field in kept.model_fields.items():
        flag = f"`--{name.replace('_', '-')}`" if name in flags else ""
        default = "" if field.default in (None, (), "") else f"`{str(field.default).lower()}`"
        if field.default and isinstance(field.default, str):
            default = f"`{field.default}`"
        example = (field.examples or [""])[0]
        rows.append(f"| `{field.validation_alias}` | {flag} | {field.description} | {default} | `{example}` |")
    return "\n".join(["| Variable | Flag | What | Default | Example |", "|---|---|---|---|---|", *rows])


def calls() -> str:
    """What each tool of Harvest costs, from the calls that the tests see it make."""
    rows: dict[str, str] = {}
    for row in table():
        wire = " · ".join(f"`{re.sub(r'(?<=/)[0-9]+', '{id}', call.partition('?')[0])}`" for call in row.wire)
        rows.setdefault(row.tool, f"| `{row.tool}` | {row.id} | {len(row.wire)} | {wire} |")
    return "\n".join(["| Tool | Call | Calls | |", "|---|---|---|---|", *rows.values()])


def calls_v2() -> str:
    """The same over v2, from its own table."""
    rows = [
        f"| `{tool}` | {len(calls)} | {' · '.join(f'`{call}`' for call in calls)} |"
        for tool, calls in tool_calls.table()
    ]
    return "\n".join(["| Tool | Calls | |", "|---|---|---|", *rows])


def clients() -> str:
    """Where each client's settings are, as the table of clients has it."""
    rows = []
    for client in ALL:
        places = {title: str(client.place(Machine(Path("~"), name, {}))) for name, title in SYSTEMS.items()}
        alike = len({*places.values()}) == 1
        told = f"`{places['Linux']}`" if alike else ", ".join(f"{title} `{path}`" for title, path in places.items())
        rows.append(f"| {client.title} | `harvest-mcp install {client.name}` | {told} |")
    return "\n".join(["| Client | | What it changes |", "|---|---|---|", *rows])


SYSTEMS: Mapping[Platform, str] = {"darwin": "macOS", "win32": "Windows", "linux": "Linux"}


TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {"all toolsets": all_toolsets, "links": links.buttons},
    "docs/clients.md": {"clients": clients},
    "docs/confirmation.md": {"what asks": writes.asked},
    "docs/tools.md": {
        "tools": tools,
        "toolsets": lambda: toolsets("harvest"),
        "tools of v2": only_v2,
        "prompts": prompt_table,
    },
    "docs/incwo.md": {"incwo": incwo, "incwo toolsets": lambda: toolsets("incwo")},
    "docs/settings.md": {"settings": settings_table},
    "docs/hosting.md": {"http": http_table},
    "docs/calls.md": {"calls": calls, "calls over v2": calls_v2},
    "docs/writes.md": {
        "harvest": lambda: writes.table("harvest"),
        "harvest v2": lambda: writes.table("harvest_v2"),
        "incwo": lambda: writes.table("incwo"),
    },
    "docs/vocabulary.md": {
        "marks": lambda: vocabulary.table("marks"),
        "resource": vocabulary.attributes,
        "rules": lambda: vocabulary.table("rules"),
        "hooks": vocabulary.hooks,
        "clauses": lambda: vocabulary.table("clauses"),
        "wires": lambda: vocabulary.table("wires"),
        "reports": lambda: vocabulary.table("reports"),
    },
}


def renewed(name: str) -> str:
    """A document with every generated table as the code has it."""
    text = (ROOT / name).read_text("utf-8")
    for title, made in TABLES[name].items():
        before, rest = text.split(f"<!-- table: {title} -->\n", 1)
        _, after = rest.split("<!-- end -->", 1)
        text = f"{before}<!-- table: {title} -->\n\n{made()}\n\n<!-- end -->{after}"
    return text


if __name__ == "__main__":
    for document in TABLES:
        if (made := renewed(document)) != (ROOT / document).read_text("utf-8"):
            (ROOT / document).write_text(made, "utf-8")
            print(f"renewed {document}")
    extension.write()
    shipped_files.renew()
    print("all documents are as the code has them; git diff shows what changed")
