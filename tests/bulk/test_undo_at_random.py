"""Imports, merges and changes of many at random, each undone at once: the account is as it was, row by row."""

import random
from collections import Counter
from typing import Any

import pytest

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from tests.bulk.kit import plan_of, table
from tests.conftest import Talk, talking
from tests.tools.kit import account

pytestmark = pytest.mark.anyio
KEPT = {
    "contacts": ("client_id", "first_name", "last_name", "email", "phone_office", "phone_mobile", "fax", "title"),
    "clients": ("name", "active", "details", "currency"),
}
"""What is compared: all but ids and times, which an undo makes anew."""
TEXTS = ("Buyer", "Owner", "Größe", "", "Head of “things”")


def rows(sandbox: Sandbox) -> dict[str, Counter[tuple[object, ...]]]:
    return {
        each.plural: Counter(tuple(row[name] or "" for name in KEPT[each.plural]) for row in sandbox.rows(each))
        for each in (CONTACTS, CLIENTS)
    }


async def imported(talk: Talk, chance: random.Random, mark: int) -> None:
    companies = ["SuprCorp", "acme", f"New {mark}", f"New {mark} GmbH", "Kestrel & Sons", ""]
    people = [
        {
            "first_name": f"P{chance.randint(1, 4)}",
            "last_name": f"L{mark}",
            "company": chance.choice(companies),
            "email": f"p{at}@m{mark}.example" if chance.random() < 0.7 else "",
            "title": chance.choice(TEXTS),
        }
        for at in range(chance.randint(1, 6))
    ]
    answer = await talk.ok("import_contacts", rows=people, new_clients=True)
    if not answer.startswith("# Nothing"):
        await talk.ok("import_contacts", plan=plan_of(answer))


async def merged(talk: Talk, chance: random.Random, mark: int) -> None:
    keep, other = chance.sample([row["id"] for row in talk.sandbox.rows(CONTACTS)], 2)
    await talk.ok("merge_contacts", keep=keep, other=other, take=chance.sample(["title", "email", "fax"], 2))


async def changed(talk: Talk, chance: random.Random, mark: int) -> None:
    ids = [str(row["id"]) for row in chance.sample(talk.sandbox.rows(CONTACTS), chance.randint(1, 6))]
    column = chance.choice(("title", "phone_office", "fax"))
    told: dict[str, Any] = {"kind": "contacts", "records": ids, "set": [f"{column}={chance.choice(TEXTS)}{mark % 3}"]}
    answer = await talk.ok("update_many", **told)
    if not answer.startswith("# Nothing"):
        await talk.ok("update_many", plan=plan_of(answer))


async def undone(sandbox: Sandbox, rounds: int, seed: int) -> Counter[str]:
    """Counts of a run of so many, each undone before the next."""
    chance, counts = random.Random(seed), Counter[str]()
    async with talking(sandbox, toolsets="crm,bulk", reply="yes", account=account()) as talk:
        for mark in range(rounds):
            before, last = rows(sandbox), table(await talk.ok("list_changes", limit=1))
            doing = chance.choice((imported, merged, changed))
            await doing(talk, chance, mark)
            newest = table(await talk.ok("list_changes", limit=1))
            if newest == last:
                counts["nothing to do"] += 1
                continue
            answer = await talk.ok("undo_change", change_id=int(newest[0]["id"]))
            counts[doing.__name__] += 1
            named = any(row["outcome"] == "stays" or "not restored" in row["outcome"] for row in table(answer))
            counts["otherwise, and not named"] += int(rows(sandbox) != before and not named)
            counts["otherwise, and named"] += int(rows(sandbox) != before and named)
    return counts


@pytest.mark.parametrize("rounds", [8, pytest.param(500, marks=pytest.mark.soak)])
async def test_whatever_is_undone_the_account_is_as_it_was(rounds: int) -> None:
    with open_account(calls=None) as sandbox:
        counts = await undone(sandbox, rounds, seed=17)
    print(dict(counts))
    assert counts["imported"] + counts["merged"] + counts["changed"] > rounds // 2
    assert (counts["otherwise, and not named"], counts["otherwise, and named"]) == (0, 0)
