"""The clients that people use, as released: each connects, loads every tool, reads, writes, and meets an error."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from harvest_mcp import server
from harvest_mcp.config import settings
from tests.clients import environments

SERVER = [str(Path(sys.executable).with_name("harvest-mcp")), "--sandbox", "--system", "both", "--toolsets", "all"]
QUIET = {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "MCP_USE_ANONYMIZED_TELEMETRY": "false"}
TALK = 180
"""Seconds for a whole conversation; CrewAI takes 20 to import on a slow machine."""

YES = 'Deleted client "Acme" (11073) and its 3 contacts.'
LINK = "Nothing was deleted."


@dataclass(frozen=True, slots=True)
class Client:
    """A client as released: its driver, the packages it needs, and how it ends what asks a person."""

    name: str
    driver: str
    packages: tuple[str, ...]
    asked: str = LINK

    @property
    def command(self) -> Sequence[str]:
        if self.driver.endswith(".mjs"):
            return ["node", str(environments.node(self.packages) / self.driver)]
        return [str(environments.python(self.packages)), str(environments.DRIVERS / self.driver)]


COMMON = (
    Client("MCP Python SDK", "mcp_python.py", ("mcp==1.30.0",), YES),
    Client("MCP TypeScript SDK", "typescript_v1.mjs", ("@modelcontextprotocol/sdk@1.32.2", "zod@4.6.7"), YES),
)
"""Those of the normal run: the two that most others are built on."""
OTHERS = (
    Client("MCP TypeScript SDK 2", "typescript_v2.mjs", ("@modelcontextprotocol/client@2.4.0",), YES),
    Client("AI SDK", "ai_sdk.mjs", ("ai@7.0.173", "@ai-sdk/mcp@2.0.99", "zod@4.6.7")),
    Client("FastMCP", "fastmcp_client.py", ("fastmcp==4.2.3",), YES),
    Client("LangChain", "langchain_adapters.py", ("langchain-mcp-adapters==0.3.2",)),
    Client("Pydantic AI", "pydantic_ai_toolset.py", ("pydantic-ai-slim[mcp]==2.68.0",)),
    Client("OpenAI Agents", "openai_agents.py", ("openai-agents==0.24.0",)),
    Client("CrewAI", "crewai_adapter.py", ("crewai==1.15.30", "crewai-tools[mcp]==1.15.30")),
    Client("mcp-use", "mcp_use_adapter.py", ("mcp-use==1.7.1",)),
    Client("LlamaIndex", "llama_index_tools.py", ("llama-index-tools-mcp==0.6.0",)),
    Client("smolagents", "smolagents_client.py", ("smolagents[mcp]==1.26.0", "mcp<2")),
    Client("Google Gen AI", "google_genai.py", ("google-genai==3.6.1", "mcp==1.30.0")),
)


@pytest.mark.parametrize("client", COMMON, ids=lambda client: client.name)
def test_the_official_sdks_work_with_every_tool(client: Client) -> None:
    talk(client)


@pytest.mark.clients
@pytest.mark.parametrize("client", OTHERS, ids=lambda client: client.name)
def test_a_client_works_with_every_tool(client: Client) -> None:
    talk(client)


def talk(client: Client) -> None:
    """Hold the conversation of `drivers/conversation.py`, and compare each answer with what it must tell."""
    done = subprocess.run(
        [*client.command, *SERVER],
        capture_output=True,
        text=True,
        timeout=TALK,
        env={**os.environ, **QUIET},
        check=False,
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("SEEN ")]
    assert said, done.stderr[-2_000:]
    seen = json.loads(said[0].removeprefix("SEEN "))
    offered = server.tools_for(settings.read({"system": "both", "toolsets": "all"}))
    assert seen.pop("tools") == len(offered)
    must = {
        "read": "# 41 clients",
        "read with options": "11074,Kestrel & Sons",
        "long list": "# 149 contacts",
        "write": 'Created client "Brook & Sons" (11113).',
        "error": "No client 99 in this account, or this user may not see it.",
        "question": client.asked,
    }
    missing = {step: seen[step][:300] for step, text in must.items() if text not in seen[step].replace('\\"', '"')}
    assert missing == {}
