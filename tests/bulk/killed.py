"""Kills imports and undos of them at every step and goes on: `python -m tests.bulk.killed URL PLACE ROUNDS`.

It forks, as `tests.journal.killed` does; the account is served by another process. Prints counts as JSON.
"""

import json
import random
import sys
from collections import Counter
from typing import Any

import anyio

from tests.bulk.kit import table
from tests.journal.killed import SOON, in_child, result_of
from tests.journal.kit import Steps, at_desk, kill, use

ROWS = 6
MOST_STEPS = 90
"""More than an import of so many rows passes, before and after each commit and each request."""


def rows_of(mark: str) -> str:
    """Six persons, two of them at a company that is new."""
    lines = [
        f"P{at},{mark},{'SuprCorp' if at % 3 else f'New {mark}'},p{at}.{mark}@suprcorp.example" for at in range(ROWS)
    ]
    return "first name,last name,company,email\n" + "\n".join(lines)


async def planned(url: str, place: str, mark: str) -> str:
    async with at_desk(url, place, timing=SOON) as desk:
        answer, _ = await use(desk, "import_contacts", text=rows_of(mark), new_clients=True)
        return answer.partition("# Plan ")[2].partition(":")[0]


def attempt(url: str, place: str, plan: str, at: int) -> int:
    async def work() -> None:
        async with at_desk(url, place, Steps(at, kill), timing=SOON) as desk:
            await use(desk, "import_contacts", plan=plan)

    return in_child(work)


async def aftermath(url: str, place: str, plan: str, mark: str) -> dict[str, int]:
    """Go on with the plan, count what is there, take all of it back, and count again."""
    await anyio.sleep(SOON.lag)
    async with at_desk(url, place, timing=SOON) as desk:
        answer, _ = await use(desk, "import_contacts", plan=plan)
        there = await _there(desk, mark)
        counts = {
            "twice": sum(many - 1 for many in there.values()),
            "lost": ROWS + 1 - len(there),
            "unfinished": int(not answer.startswith(f"# {ROWS + 1} of {ROWS + 1} changes done")),
        }
        await use(desk, "undo_change", change_id=int(answer.partition("change_id=")[2].partition(")")[0]))
        counts["left"] = sum((await _there(desk, mark)).values())
    return counts


async def _there(desk: Any, mark: str) -> Counter[str]:
    """Return how often each person and the company are in the account."""
    contacts = table((await use(desk, "list_contacts", query=mark, limit=1000))[0])
    clients = table((await use(desk, "list_clients", query=f"New {mark}", limit=1000))[0])
    return Counter([row["first_name"] for row in contacts] + [row["name"] for row in clients])


def main(url: str, place: str, rounds: int, seed: int = 20260301) -> None:
    chance = random.Random(seed)
    counts = Counter[str](kills=0, finished=0, twice=0, lost=0, unfinished=0, left=0)
    number = 0
    while counts["kills"] < rounds:
        number += 1
        mark = f"m{seed % 1000}x{number}"
        plan = result_of(f"{place}.told", lambda mark=mark: planned(url, place, mark))
        at = chance.randint(1, MOST_STEPS)
        ended = attempt(url, place, plan, at)
        counts["finished" if ended == 0 else "kills"] += 1
        found = result_of(f"{place}.told", lambda plan=plan, mark=mark: aftermath(url, place, plan, mark))
        if any(found.values()):
            print(json.dumps({"step": at, **found}), file=sys.stderr)
        counts.update(found)
    print(json.dumps(counts))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
