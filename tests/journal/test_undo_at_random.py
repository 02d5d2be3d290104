"""Random changes taken back: every writable column is as it was, and whatever is not is named."""

import random
import re
from pathlib import Path
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.spec import Record, Resource, fields
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.journal.kit import desk_over, use

pytestmark = pytest.mark.anyio

WORDS = ["", "CEO", "Ångström & Söhne", "O'Neil", '"quoted"', "a <b> c", "line one\nline two", "北京", "x" * 200]


def rows(sandbox: Sandbox, resource: Resource[Record]) -> dict[int, dict[str, Any]]:
    return {int(str(row["id"])): dict(row) for row in sandbox.rows(resource)}


def some(dice: random.Random, resource: Resource[Record]) -> dict[str, str]:
    """New values for a few writable texts."""
    texts = [item for item in resource.writable() if item.type is str and item.name != "currency"]
    chosen = dice.sample(texts, dice.randint(1, len(texts)))
    words = {item.name: dice.choice(WORDS) for item in chosen}
    for item in chosen:
        if item.required:
            words[item.name] = f"Name {dice.random()}"
        elif not item.lines:
            words[item.name] = words[item.name].replace("\n", " ")
    return words


async def change(dice: random.Random, desk: Any, sandbox: Sandbox) -> tuple[Resource[Record], str]:
    """One random write; the resource and the answer."""
    kind = dice.choice(["update_contact", "update_client", "toggle_client", "delete_contact", "create_contact"])
    if kind == "create_contact":
        values = {"client": "11072", "first_name": f"A{dice.random()}", "last_name": "B"}
        return CONTACTS, (await use(desk, kind, **values))[0]
    resource: Resource[Record] = CLIENTS if kind.endswith("client") else CONTACTS
    id = dice.choice(list(rows(sandbox, resource)))
    arguments: dict[str, Any] = {resource.key: id}
    if kind.startswith("update"):
        arguments |= some(dice, resource)
    text, error = await use(desk, kind, **arguments)
    return resource, "" if error else text


async def undone(rounds: int, place: Path) -> dict[str, int]:
    counts = {"undone": 0, "refused": 0, "not restored": 0, "not named": 0}
    dice = random.Random(7)
    with open_account(calls=None) as sandbox:
        desk = desk_over(sandbox, place)
        while counts["undone"] < rounds:
            before = {kind.noun: rows(sandbox, kind) for kind in (CLIENTS, CONTACTS)}
            resource, text = await change(dice, desk, sandbox)
            number = re.search(r"undo_change\(change_id=(\d+)\)", text)
            if number is None:
                counts["refused"] += 1
                continue
            told, error = await use(desk, "undo_change", change_id=int(number[1]))
            assert not error, told
            counts["undone"] += 1
            compare(before[resource.noun], rows(sandbox, resource), resource, told, counts)
        await desk.aclose()
    print(counts)
    return counts


def compare(
    before: dict[int, dict[str, Any]],
    after: dict[int, dict[str, Any]],
    resource: Resource[Record],
    told: str,
    counts: dict[str, int],
) -> None:
    """The one record that is otherwise: its writable columns are as they were, the others named if people read them."""
    again = dict(zip(sorted({*before} - {*after}), sorted({*after} - {*before}), strict=True))
    lost = re.findall(r"(\w+) \S+ \(was ", told.partition("\n")[0])
    for id, row in before.items():
        now = after[again.get(id, id)]
        for name, item in fields(resource.record).items():
            if row[name] == now[name] or item.bookkeeping:
                continue
            if not item.server_set:
                counts["not restored"] += 1
            elif name not in lost:
                counts["not named"] += 1


async def test_what_is_undone_is_as_it_was(tmp_path: Path) -> None:
    counts = await undone(60, tmp_path)
    assert (counts["not restored"], counts["not named"]) == (0, 0)


@pytest.mark.soak
async def test_a_thousand_random_changes_are_undone(tmp_path: Path) -> None:
    counts = await undone(1000, tmp_path)
    assert (counts["not restored"], counts["not named"]) == (0, 0)
