"""The conversation that each client has with the server; a driver brings `tools` and `call`, and this prints what came.

Runs in the client's own environment, so it imports nothing but the standard library.
"""

import inspect
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

COMMAND, *ARGUMENTS = sys.argv[1:]

STEPS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "read": ("list_clients", {}),
    "read with options": ("list_clients", {"query": "Kestrel", "limit": 5, "fields": ["name"]}),
    "long list": ("list_contacts", {"limit": 200}),
    "write": ("create_client", {"name": "Brook & Sons"}),
    "error": ("get_client", {"client_id": 99}),
    "question": ("delete_client", {"client_id": 11073}),
}

Call = Callable[[str, dict[str, Any]], str | Awaitable[str]]


async def talk(tools: int, call: Call) -> None:
    """Make every call, an error's text being its answer, and print all of it as one line of JSON."""
    answers = {}
    for step, (name, arguments) in STEPS.items():
        try:
            answer = call(name, dict(arguments))
            answers[step] = str(await answer if inspect.isawaitable(answer) else answer)
        except Exception as error:
            answers[step] = f"{type(error).__name__}: {error}"
    print("SEEN", json.dumps({"tools": tools, **answers}))
