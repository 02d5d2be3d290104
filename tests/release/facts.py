"""What every package says of this server, in one place: name, version, words, and what a person fills in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import harvest_mcp
from harvest_mcp import server
from harvest_mcp.config.settings import read
from harvest_mcp.protocol import prompts
from harvest_mcp.protocol.prompts import Prompt
from harvest_mcp.systems import load
from harvest_mcp.tools.tool import Tool
from tests.release.constraints import project

VERSION = harvest_mcp.__version__
PROJECT = project()
NAME: str = PROJECT["name"]
AUTHOR: str = PROJECT["authors"][0]["name"]
TITLE = "Harvest"
CALLED = "harvest"
"""What a client calls the server, as `harvest-mcp install` has it."""
SHORT = "Clients, projects, time and invoices in Harvest or incwo; asks a person before what can't be undone"
"""In the at most 100 characters that a registry shows."""
SYSTEM = "harvest_v2"
"""What the packages that ask for a token speak."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person fills in where a client asks: a variable of the server."""

    variable: str
    title: str
    says: str
    secret: bool = False
    default: str | bool | None = None

    @property
    def key(self) -> str:
        return self.variable.removeprefix("HARVEST_").removeprefix("MCP_").lower()


ASKED = (
    Asked(
        "HARVEST_ACCESS_TOKEN",
        "Personal access token",
        "Made at id.getharvest.com/developers; it is sent to Harvest alone",
        secret=True,
    ),
    Asked("HARVEST_ACCOUNT_ID", "Account number", "Needed only if the token opens several accounts", default=""),
    Asked("HARVEST_MCP_READ_ONLY", "Only read", "True offers only the tools that change nothing", default=False),
)


def environment(reference: str) -> dict[str, str]:
    """Return each variable with what stands for it in a client's file, such as `${user_config.KEY}`."""
    return {each.variable: reference.replace("KEY", each.key) for each in ASKED}


def tools(toolsets: str = "default") -> list[Tool]:
    """Return what is offered with a token of v2."""
    return server.tools_for(read({"system": "harvest", "api": "v2", "toolsets": toolsets.split(",")}))


def all_prompts() -> list[Prompt]:
    """Return every prompt there is for an account of v2."""
    return prompts.load(tool.name for tool in tools("all"))


def toolsets() -> str:
    """Return the toolsets that all prompts need, as they are typed."""
    needed = {name for prompt in all_prompts() for name in prompt.tools}
    groups = {tool.toolset for tool in tools("all") if tool.name in needed}
    return ",".join(["default", *sorted(groups - set(load(SYSTEM).default_toolsets))])


def written(value: Any) -> str:
    """Return JSON as a person writes it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def names(offered: Iterable[Tool]) -> list[str]:
    return [tool.name for tool in offered]
