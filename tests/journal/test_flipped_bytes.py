"""A byte of the journal flipped: every answer is worded, and the entries that are whole are still told."""

import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from harvest_mcp.errors import StateError
from harvest_mcp.sandbox import open_account
from harvest_mcp.state import State, health
from tests.journal.harness import Moved, Said, Watched, desk_at, say

pytestmark = pytest.mark.anyio

FLIPS = 200
TABLE = "changes"
Raw = Mapping[int, tuple[object, ...]]


async def kept(place: Path) -> Raw:
    """A journal of some changes in one file, and its rows as they are stored."""
    clock = Moved()
    with open_account(clock=clock, calls=None) as sandbox:
        desk = desk_at(Watched(sandbox), place, clock)
        for number in range(12):
            await say(desk, "update_contact", contact_id=9 + number, title=f"Title {number}")
            await say(desk, "create_client", name=f"Client {number}", details="Once upon a time. " * number)
            await say(desk, "toggle_client", client_id=11_072 + number % 4)
            clock.turn(100)
        await desk.aclose()
    with sqlite3.connect(place) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return rows(place)


def rows(place: Path) -> Raw:
    """Every row that can be read, as bytes; none where the database says that it is damaged."""
    db = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    db.text_factory = bytes
    found: dict[int, tuple[object, ...]] = {}
    try:
        for row in db.execute(f"SELECT id, * FROM {TABLE}"):  # noqa: S608 - a name of ours
            found[row[0]] = row
    except sqlite3.Error:
        pass
    finally:
        db.close()
    return found


def flipped(place: Path, dice: random.Random, whole: bytes) -> str:
    """Write the file with one byte otherwise, half of the time within what was once written down; where."""
    places = [found.start() for found in re.finditer(rb"update_contact|Title \d|intended|applied|contact", whole)]
    at = dice.choice(places) + dice.randrange(4) if dice.random() < 0.5 else dice.randrange(len(whole))
    bit = 1 << dice.randrange(8)
    place.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
    place.chmod(0o600)
    return f"byte {at} of {len(whole)}, bit {bit}"


async def looked_at(place: Path, before: Raw, where: str) -> list[str]:
    """What is wrong with the answers over a damaged journal."""
    clock, wrong = Moved(), list[str]()
    clock.turn(10_000)
    now = rows(place)
    same = [id for id, row in before.items() if now.get(id) == row]
    with open_account(clock=clock, calls=None) as sandbox:
        watched = Watched(sandbox)
        desk = desk_at(watched, place, clock)
        some = sorted(before)
        answers = {"list_changes": await say(desk, "list_changes", limit=200)}
        for id in (some[0], some[len(some) // 2], some[-1]):
            answers[f"get_change {id}"] = await say(desk, "get_change", change_id=id)
            answers[f"undo_change {id}"] = await say(desk, "undo_change", change_id=id)
        count = len(watched.wrote)
        answers["update_contact"] = await say(desk, "update_contact", contact_id=30, title="Other")
        for tool, said in answers.items():
            wrong += [f"{kind} | {where} | {tool} | {said.text[:300]}" for kind in _wrong(tool, said)]
        if answers["update_contact"].error and len(watched.wrote) > count:
            wrong.append(f"nothing was, though it was | {where} | update_contact | {answers['update_contact'].text}")
        told = {int(id) for id in re.findall(r"^(\d+),", answers["list_changes"].text, re.MULTILINE)}
        hidden = [id for id in same if id not in told]
        await desk.aclose()
    found, well = _examined(place), _sound(place)
    if not well:  # where the database itself is damaged, to be named is enough
        named = re.findall(r"^# Damaged[^.]*", answers["list_changes"].text, re.MULTILINE)
        hidden = [id for id in hidden if str(id) not in re.findall(r"\d+", " ".join(named))]
    if hidden and (well or found == "well"):
        kind = "whole entries not told" if well else "damaged, and doctor says it is well"
        wrong.append(f"{kind} | {where} | {hidden} | {answers['list_changes'].text[:300]}")
    return wrong + ([] if found in ("well", "worded") else [f"crashed | {where} | doctor | {found}"])


def _sound(place: Path) -> bool:
    """Whether the database itself finds nothing wrong, so that only a value is."""
    db = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    try:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False
    finally:
        db.close()


def _wrong(tool: str, said: Said) -> list[str]:
    if said.crashed:
        return ["crashed"]
    writes = tool.startswith(("undo_change", "update_contact"))
    if said.error and writes and "Nothing was" not in said.text and "get_change" not in said.text:
        return ["not said that nothing was changed"]
    return []


def _examined(place: Path) -> str:
    """What `doctor` finds: that the store is well, or a worded fault of it."""
    state = State(str(place))
    try:
        state.examine()
    except StateError:
        return "worded"
    except Exception as crash:
        return f"{type(crash).__name__}: {crash}"
    finally:
        state.close()
    return "well"


async def damaged(flips: int, folder: Path) -> list[str]:
    before = await kept(folder / "whole.db")
    whole, wrong = (folder / "whole.db").read_bytes(), list[str]()
    for number in range(flips):
        (place := folder / f"{number}").mkdir()
        where = flipped(place / "state.db", random.Random(f"flip {number}"), whole)
        wrong += await looked_at(place / "state.db", before, f"flip {number}, {where}")
        shutil.rmtree(place)
    print(f"{flips} flips, wrong: {dict(Counter(each.partition(' |')[0] for each in wrong))}", *wrong[:12], sep="\n")
    return wrong


async def test_with_a_flipped_byte_every_answer_is_worded(tmp_path: Path) -> None:
    assert await damaged(4, tmp_path) == []


@pytest.mark.parametrize("index", health.INDICES)
async def test_an_index_that_is_damaged_hides_no_entry_and_is_mended(tmp_path: Path, index: str) -> None:
    left_out = health.LEFT_OUT.format(health.INDICES[index], index)
    before = await kept(tmp_path / "whole.db")
    whole = (tmp_path / "whole.db").read_bytes()
    with sqlite3.connect(tmp_path / "whole.db") as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    at = whole.index(b"harvest:", (page - 1) * size)
    (place := tmp_path / "state.db").write_bytes(whole[:at] + b"H" + whole[at + 1 :])
    place.chmod(0o600)
    with closing(sqlite3.connect(place)) as db:
        assert db.execute(left_out).fetchone() == (1,)
    with open_account(calls=None) as sandbox:
        desk = desk_at(Watched(sandbox), place, Moved())
        said = await say(desk, "list_changes", limit=200)
        await desk.aclose()
    assert {int(id) for id in re.findall(r"^(\d+),", said.text, re.MULTILINE)} == set(before)
    with closing(sqlite3.connect(place)) as db:
        assert db.execute(left_out).fetchone() is None
    assert _examined(place) == "well"


@pytest.mark.soak
async def test_two_hundred_flipped_bytes(tmp_path: Path) -> None:
    assert await damaged(FLIPS, tmp_path) == []
