"""Questions in plain words to a CRM, answered through any chat model you plug in.

python examples/natural_language.py                              # four questions, a scripted stand-in as the model
python examples/natural_language.py "Archive Acme."              # your own question
python examples/natural_language.py --model my_model:Hosted      # your model; how to write one stands at the end
python examples/natural_language.py --account                    # your account, by the HARVEST_ variables

The model only ever chooses tools. A delete asks you, at the terminal, and not the model.
"""

import argparse
import asyncio
import csv
import importlib
import json
import os
import re
import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import mcp
from client_session import at_the_terminal
from mcp import types

ROUNDS = 8
"""Turns of the model before a question is given up."""
SECONDS = 60.0
"""How long one answer of the server or the model may take."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model wants done; `id` ties the answer to it."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; `calls` only from the assistant, `answers` (a call's id) only from a tool."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    answers: str = ""


class ChatModel(Protocol):
    """All a model must do: from the conversation and the tools, say something or call tools."""

    async def reply(self, messages: Sequence[Message], tools: Sequence[types.Tool]) -> Message: ...


async def ask(client: mcp.Client, model: ChatModel, question: str) -> str:
    """Let the model answer a question with the server's tools; its wrong calls come back to it as errors."""
    tools = (await client.list_tools()).tools
    system = f"{client.instructions} Today is {datetime.now(UTC):%A, %Y-%m-%d}."
    messages = [Message("system", system), Message("user", question)]
    for _ in range(ROUNDS):
        try:
            said = await asyncio.wait_for(model.reply(messages, tools), SECONDS)
        except TimeoutError:
            return f"The model gave no answer within {SECONDS:.0f} seconds."
        if not said.calls:
            return said.text
        messages.append(said)
        messages += [Message("tool", await carry_out(client, call), answers=call.id) for call in said.calls]
    return f"I stopped after {ROUNDS} rounds without an answer. Ask again in smaller steps."


async def carry_out(client: mcp.Client, call: ToolCall) -> str:
    """A tool's answer, or in words why there is none; whatever a model asks for, the conversation goes on."""
    given = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in call.arguments.items())
    print(f"     {call.name}({given})")
    try:
        result = await client.call_tool(call.name, call.arguments)
    except mcp.MCPError as error:
        return f"Error: {error.message}"
    text = "\n".join(block.text for block in result.content if isinstance(block, types.TextContent))
    if result.is_error:
        print(f"     refused: {text}")
    return f"Error: {text}" if result.is_error else text


Plan = Generator[tuple[str, dict[str, Any]], str, str]
"""A scripted line of thought: yields tool calls, is sent their answers, returns what to say."""


class Scripted:
    """Stands in for a model: knows four kinds of question, but reads the tools' real answers."""

    async def reply(self, messages: Sequence[Message], tools: Sequence[types.Tool]) -> Message:
        question = next(message.text for message in messages if message.role == "user")
        answers = [message.text for message in messages if message.role == "tool"]
        plan = planned(question)
        try:
            step = next(plan)
            for answer in answers:
                step = plan.send(answer)
        except StopIteration as said:
            return Message("assistant", said.value)
        name, arguments = step
        if name not in {tool.name for tool in tools}:
            return Message("assistant", f"I would need {name} for that, and this server does not offer it.")
        return Message("assistant", calls=(ToolCall(f"call-{len(answers)}", name, arguments),))


def planned(question: str) -> Plan:
    plans = (
        (r"who is the (?P<title>.+) (?:of|at) (?P<client>.+?)\?*", who_holds),
        (r"add .*colleague (?P<first>\S+) (?P<last>\S+), (?P<email>\S+), to (?P<client>.+?)\.*", add),
        (r"who did we add this month\?*", added_this_month),
        (r"archive (?P<client>.+?)\.*", archive),
    )
    for pattern, plan in plans:
        if found := re.fullmatch(pattern, question.strip(), re.IGNORECASE):
            return plan(**found.groupdict())
    return lost()


def lost() -> Plan:
    yield from ()
    return "I am only a script and do not know that question. Plug in a model, and it will."


def who_holds(title: str, client: str) -> Plan:
    fields = ["first_name", "last_name", "title", "email"]
    answer = yield "list_contacts", {"client": client, "query": title, "fields": fields}
    holders = [row for row in table(answer) if row["title"].lower() == title.lower()]
    if answer.startswith("Error: ") or not holders:
        return f"I find no {title} at {client}."
    people = listed([f"{row['first_name']} {row['last_name']}, reached at {row['email']}" for row in holders])
    return f"The {title} of {client} is {people}."


def add(first: str, last: str, email: str, client: str) -> Plan:
    person = {"first_name": first, "last_name": last, "email": email}
    answer = yield "create_contact", {"client": client, **person}
    # The error names close matches with their ids, so the next try is not a guess.
    if close := re.search(r'Similar: "(.+?)" \((\d+)\)', answer):
        client = close[1]
        answer = yield "create_contact", {"client": close[2], **person}
    if answer.startswith("Error: "):
        return f"I did not add {first} {last}. {answer.removeprefix('Error: ')}"
    return f"I added {first} {last} to {client}, with the e-mail address {email}."


def added_this_month() -> Plan:
    month = datetime.now(UTC).strftime("%Y-%m-01")
    fields = ["client_id", "first_name", "last_name", "created_at"]
    people = table((yield "list_contacts", {"updated_since": month, "fields": fields, "limit": 1000}))
    clients = table((yield "list_clients", {"fields": ["name"], "limit": 1000}))
    names = {row["id"]: row["name"] for row in clients}
    new = [row for row in people if row["created_at"] >= month]
    who = [f"{row['first_name']} {row['last_name']} at {names[row['client_id']]}" for row in new]
    return f"This month you added {listed(who)}." if who else "You added nobody this month."


def archive(client: str) -> Plan:
    hits = table((yield "search_records", {"query": client, "kinds": ["clients"]}))
    if len(hits) != 1:
        return f"{len(hits)} clients could be {client}. Which one do you mean?" if hits else f"I find no {client}."
    answer = yield "archive_client", {"client_id": int(hits[0]["id"])}
    name = hits[0]["name"]
    if answer.startswith("Error: "):
        return f"{name} is not archived. {answer.removeprefix('Error: ')}"
    return f"{name} is archived. Its contacts are kept, and it can be brought back at any time."


def table(answer: str) -> list[dict[str, str]]:
    """The rows of a list: the tools answer with a line that counts, and then CSV."""
    return list(csv.DictReader(answer.splitlines()[1:]))


def listed(items: list[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else items[0]


QUESTIONS = (
    "Who is the president of SuprCorp?",
    "Add Jane Doe's colleague Sam Rivera, sam.rivera@suprcorp.example, to Suprcrop.",
    "Who did we add this month?",
    "Archive Acme.",
)


async def main() -> None:
    parser = argparse.ArgumentParser(description="Questions in plain words to a CRM.")
    parser.add_argument("questions", nargs="*", default=QUESTIONS)
    parser.add_argument("--model", metavar="MODULE:CLASS", default="", help="your ChatModel; scripted unless given")
    parser.add_argument("--account", action="store_true", help="your account by the HARVEST_ variables, no sandbox")
    parser.add_argument("--v2", action="store_true", help="Harvest's API v2")
    parser.add_argument("--yes", action="store_true", help="answer every question of the server with yes")
    chosen = parser.parse_args()
    module, _, name = chosen.model.partition(":")
    model: ChatModel = getattr(importlib.import_module(module), name)() if module else Scripted()
    own = {name: value for name, value in os.environ.items() if name.startswith("HARVEST_")}
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "harvest_mcp", *([] if chosen.account else ["--sandbox"]), *(["--api", "v2"] if chosen.v2 else [])],
        env=own if chosen.account else None,
    )
    async with mcp.Client(server, elicitation_callback=at_the_terminal, read_timeout_seconds=SECONDS) as client:
        for question in chosen.questions:
            print(f"You: {question}")
            print(f"CRM: {await ask(client, model, question)}\n")


# A hosted model is one class. For a service that speaks the common chat-completions JSON, save this as my_model.py
# beside this file, and set MODEL, KEY and URL:
#
#   import json, os
#   import httpx
#   from natural_language import Message, ToolCall
#
#   class Hosted:
#       async def reply(self, messages, tools):
#           body = {"model": os.environ["MODEL"], "messages": [self.told(message) for message in messages],
#                   "tools": [{"type": "function", "function": {"name": tool.name, "description": tool.description,
#                              "parameters": tool.input_schema}} for tool in tools]}
#           async with httpx.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {os.environ['KEY']}"}) as http:
#               said = (await http.post(os.environ["URL"], json=body)).raise_for_status().json()
#           said = said["choices"][0]["message"]
#           calls = [ToolCall(each["id"], each["function"]["name"], json.loads(each["function"]["arguments"] or "{}"))
#                    for each in said.get("tool_calls") or []]
#           return Message("assistant", said.get("content") or "", tuple(calls))
#
#       def told(self, message):
#           told = {"role": message.role, "content": message.text}
#           if message.calls:
#               told["tool_calls"] = [{"id": call.id, "type": "function", "function": {"name": call.name,
#                                      "arguments": json.dumps(call.arguments)}} for call in message.calls]
#           return told | ({"tool_call_id": message.answers} if message.answers else {})

if __name__ == "__main__":
    asyncio.run(main())
