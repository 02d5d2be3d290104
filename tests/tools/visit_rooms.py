"""Drives the tools of rooms from end to end; run in a copy of the package that has that one resource more.

python -m tests.tools.visit_rooms     # prints one JSON list of [answer, wire] pairs
"""

import json
import sys

import anyio

from harvest_mcp.sandbox import open_account
from tests.conftest import talking
from tests.sandbox.kit import Clock
from tests.tools.kit import writes

CALLS: tuple[tuple[str, dict[str, object]], ...] = (
    ("list_rooms", {}),
    (
        "create_room",
        {
            "client": "Acme",
            "name": "Blue",
            "seats": 12,
            "heated": True,
            "price": "12.50",
            "opened_on": "2026-01-31",
            "notes": "Up,\nthen left",
        },
    ),
    ("create_room", {"client": "Acme", "name": "BLUE"}),
    ("create_room", {"client": "SuprCorp", "name": "Blue", "price": 7}),
    ("get_room", {"room_id": 1}),
    ("update_room", {"room_id": 1, "seats": 0}),
    ("update_room", {"room_id": 1, "price": "0.10", "client": "SuprCorp"}),
    ("book_room", {"room_id": 1}),
    ("list_rooms", {}),
    ("list_rooms", {"client": "Acme"}),
    ("list_rooms", {"heated": True, "fields": ["heated", "notes"]}),
    ("search_records", {"query": "blue suprcorp", "kinds": ["rooms", "clients"]}),
    ("delete_room", {"room_id": 1}),
    ("get_room", {"room_id": 1}),
)


async def visit() -> None:
    told = []
    with open_account(clock=Clock(), calls=None) as sandbox:
        async with talking(sandbox, reply="yes") as talk:
            for tool, arguments in CALLS:
                said = await talk.call(tool, **arguments)
                sent = [[method, path, body.decode()] for method, path, body in writes(talk)]
                told.append([said.text, talk.wire(), sent])
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    anyio.run(visit)
