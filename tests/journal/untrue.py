"""One write of any tool under untrue answers, said twice and taken back: what was said of it, and what is.

`python -m tests.journal.untrue SEED TOOL` plays one round again, as a run named it.
"""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio

from harvest_mcp.sandbox import Fault, Sandbox, Switches, open_account, open_incwo
from harvest_mcp.sandbox.harvest.receipts import RECEIPTS
from harvest_mcp.spec import fields
from harvest_mcp.wire.daily import Daily
from tests.journal.deeds import Deed, deeds
from tests.journal.harness import STAMPS, Moved, Said, Watched, Wrote, desk_at, journal_of, say
from tests.journal.modes import LAG, Mode, mode, struck
from tests.sandbox.kit import NOW

SAID = re.compile(r"(Nothing was|No timer was) \w+")
HEDGED = re.compile(
    r"does not show|not (?:be )?(?:visible|shown|seen|read back|proved)|accepted|yet\b|in doubt|otherwise|unknown", re.I
)
ALREADY = re.compile(r"^Already|^On .* already|is (already|deleted already|so already)|counts as undone")
AS_IT_WAS = re.compile(r"is as it was|counts as undone|is gone already")
DERIVED = {"vat_cost"}
"""Columns that the account works out where nobody gives them."""
SOMEBODY = 11080
"""A client that no deed is about."""
AGAIN = {"attach_receipt", "delete_task_assignment", "delete_user_assignment"}
"""Tools that write when the same is said again, since that does no harm or is what was said."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A promise that was broken: in which round, by which call under which faults, what was said, and what is."""

    kind: str
    seed: str
    tool: str
    faults: str
    said: str
    found: str

    def __str__(self) -> str:
        where = f"{self.kind} | seed {self.seed} | {self.tool} | {self.faults}"
        return f"{where} | said: {self.said[:240]} | is: {self.found[:240]}"


@dataclass(slots=True)
class Tally:
    """What a run counted, and what was wrong."""

    writes: int = 0
    effects: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def kinds(self) -> dict[str, int]:
        return dict(sorted(Counter(each.kind for each in self.wrong).items()))

    def told(self, most: int = 5) -> str:
        """The first of each kind, by tool."""
        shown: list[str] = []
        for kind in self.kinds():
            firsts: dict[str, Wrong] = {}
            for each in self.wrong:
                if each.kind == kind:
                    firsts.setdefault(each.tool, each)
            shown += [str(each) for each in list(firsts.values())[:most]]
        return "\n".join([f"{self.writes} writes, {self.effects} effects, wrong: {self.kinds()}", *shown])


def opened(system: str, clock: Moved, dice: random.Random) -> Sandbox:
    """An account as it is seeded; incwo's keeps what a list leaves out, or drops it."""
    if system == "harvest":
        return open_account(clock=clock, calls=None)
    return open_incwo(clock=clock, switches=Switches(nested_update=dice.choice(("merge", "replace"))))


class Play:
    """One deed under one mode in an account of its own."""

    def __init__(self, seed: str, deed: Deed, mode: Mode, tally: Tally, place: Path) -> None:
        self.seed, self.deed, self.mode, self.tally = seed, deed, mode, tally
        self.dice, self.clock = random.Random(seed), Moved(NOW.timestamp())
        self.watched = Watched(opened(deed.system, self.clock, self.dice))
        self.desk = desk_at(self.watched, place, self.clock)
        self.first: list[Wrote] = []
        """What was carried out of the deed itself, not of its undo."""
        self.otherwise = False
        """Whether it was said that the account took it and holds something else."""

    async def run(self) -> None:
        deed, sandbox = self.deed, self.watched.sandbox
        try:
            if deed.first:
                await say(self.desk, deed.first[0], **deed.first[1])
                self.clock.turn(10 * LAG)
            self._arm(self.mode.reads)
            if deed.system == "harvest" and self.dice.random() < 0.3:
                await say(self.desk, "update_client", client_id=SOMEBODY, details="Seen to be late, or not")
            known = {entry.id for entry in await journal_of(self.desk)}
            self._arm(*(struck(self.mode.write) if self.mode.write else ()))
            self.first = await self._said(deed.tool, **deed.arguments)
            self.clock.turn(self.dice.uniform(0, 5))
            again = await self._said(deed.tool, **deed.arguments)
            self._once(again)
            self.first += again
            for pause in (self.dice.uniform(0, 20), 3 * LAG):
                self.clock.turn(pause)
                for entry in [each for each in await journal_of(self.desk) if each.id not in known][-1:]:
                    await self._taken_back(entry.undoes or entry.id)
            sandbox.calm()
            await self._settled(known)
        finally:
            await self.desk.aclose()
            sandbox.close()

    def _arm(self, *faults: Fault | None) -> None:
        for fault in faults:
            if fault:
                self.watched.sandbox.fail(fault)

    async def _said(self, tool: str, /, **arguments: Any) -> list[Wrote]:
        """Call a tool, and compare what it says with what was carried out; that is returned."""
        return (await self._called(tool, **arguments))[1]

    async def _called(self, tool: str, /, **arguments: Any) -> tuple[Said, list[Wrote]]:
        began, carried = len(self.watched.wrote), len(self.watched.carried_out)
        said = await say(self.desk, tool, **arguments)
        done = self.watched.wrote[began:]
        self.tally.writes += 1
        self.tally.effects += len(done)
        self._compare(tool, said, done, self.watched.carried_out[carried:])
        return said, done

    def _compare(self, tool: str, said: Said, done: list[Wrote], carried: list[Wrote]) -> None:
        self.otherwise |= "holds another list than was sent" in said.text
        if said.crashed:
            self._wrong("crashed", tool, said, "")
        if said.error and SAID.search(said.text) and done:
            self._wrong("nothing was, though it was", tool, said, _told(done))
        # The same put, or deleted, twice is done once.
        same = re.compile(r"PUT |DELETE |POST /daily/update/")
        sent = [each for each in carried if each.changed or not same.match(f"{each.method} {each.path}")]
        if (times := Counter((each.method, each.path, each.body) for each in sent)) and max(times.values()) > 1:
            self._wrong("sent twice", tool, said, _told(carried))
        if strangers := [each for each in done if not self._meant(each, tool)]:
            self._wrong("another record", tool, said, _told(strangers))
        silent = said.error or done or tool in AGAIN or HEDGED.search(said.text) or "Nothing was" in said.text
        if not silent and not ALREADY.search(said.head):
            self._wrong("done, though it was not", tool, said, "no row changed")

    def _meant(self, wrote: Wrote, tool: str) -> bool:
        """Whether an effect is on the record that the call names, or that the deed made."""
        ids = {int(id) for id in re.findall(r"/(\d+)(?=[/.]|$)", wrote.path)} - {123456}
        table = self.deed.table
        if wrote.method == "POST" and wrote.made(table):
            return all(
                id in wrote.made(table) for id in wrote.touched(table) if not isinstance(self.deed.resource.wire, Daily)
            )
        if tool == self.deed.tool:
            return self.deed.target is None or self.deed.target in ids
        made = {id for each in self.first for id in each.made(table)}
        return bool(ids & (made | {self.deed.target or 0})) or (not made and self.deed.target is None)

    def _once(self, again: list[Wrote]) -> None:
        """Said twice is done once."""
        if self.deed.tool in AGAIN:
            return
        both = Counter((each.method, each.path, each.body) for each in [*self.first, *again])
        if twice := [one for one, times in both.items() if times > 1]:
            self._wrong("sent twice", self.deed.tool, Said("(the same call again)"), str(twice[0])[:240])

    async def _taken_back(self, id: int) -> None:
        """Undo the change, and compare every row of it with what is said of it."""
        said, done = await self._called("undo_change", change_id=id)
        apart = list(self._apart(done)) if not said.error and self.first and AS_IT_WAS.search(said.head) else []
        if "but for time counted" in said.head:
            apart = [each for each in apart if " hours: " not in each]
        if apart:
            self._wrong("as it was, though it is not", "undo_change", said, "; ".join(apart))
        deleted = re.search(r"Undid change \d+: deleted|is gone already", said.head)
        if not said.error and deleted and (left := list(self._left())):
            self._wrong("gone, though it is there", "undo_change", said, str(left))

    def _left(self) -> Iterator[int]:
        table = self.deed.table
        for each in self.first:
            yield from (id for id in each.made(table) if self.watched.sandbox.store.raw(table, id) is not None)

    def _apart(self, done: list[Wrote]) -> Iterator[str]:
        """Every column of the records changed that people write and that is not as it was before the deed."""
        table, store = self.deed.table, self.watched.sandbox.store
        names = [item.name for item in fields(self.deed.resource.record).values() if not item.server_set]
        names = [name for name in names if name not in DERIVED]
        names += [each.flips for each in self.deed.resource.actions]
        again = [id for each in done for id in each.made(table)]
        seen: set[int] = set()
        for wrote in self.first:
            for (name, id), was in wrote.before.items():
                if name != table or id in seen or was is None or (self.deed.target and id != self.deed.target):
                    continue
                seen.add(id)
                now = store.raw(table, id) or (store.raw(table, again[-1]) if again else None)
                if now is None:
                    yield f"{id} is gone"
                    continue
                yield from (
                    f"{id} {each}: {was[each]!r} is {now[each]!r}"
                    for each in dict.fromkeys(names)
                    if each in was and _plain(was[each]) != _plain(now[each])
                )
        if self.deed.tool == "attach_receipt":
            yield from (f"{id} has another file" for each in self.first for id in each.touched(RECEIPTS.plural))

    async def _settled(self, known: set[int]) -> None:
        """Long after, every change is told as it is."""
        self.clock.turn(10 * LAG)
        for entry in await journal_of(self.desk):
            if entry.id in known:
                continue
            if entry.outcome not in ("applied", "undone", "refused", "no effect"):
                await say(self.desk, "get_change", change_id=entry.id)
        ours = [each for each in await journal_of(self.desk) if each.id not in known and each.undoes is None]
        done = any(each.outcome in ("applied", "undone") for each in ours)
        told = Said(", ".join(f"{each.id} {each.verb} {each.record}: {each.outcome}" for each in ours))
        if left := [each for each in ours if each.outcome in ("intended", "accepted", "in doubt")]:
            self._wrong("left open", self.deed.tool, told, f"{len(left)} open; {_told(self.first)}")
        elif self.first and not done:
            self._wrong("lost from the journal", self.deed.tool, told, _told(self.first))
        elif done and not self.first and not self.otherwise:
            self._wrong("applied, though it was not", self.deed.tool, told, "no row changed")

    def _wrong(self, kind: str, tool: str, said: Said, found: str) -> None:
        name = tool if tool == self.deed.tool else f"{tool} of {self.deed.tool}"
        self.tally.wrong.append(Wrong(kind, self.seed, name, str(self.mode), said.text, found))


def _plain(stored: object) -> object:
    """Empty is null, and children are what can be written of them, in any order."""
    if isinstance(stored, str) and stored.startswith("["):
        children = [
            {name: one for name, one in each.items() if one and name not in STAMPS} for each in json.loads(stored)
        ]
        return sorted(map(repr, children)) or None
    return (stored.replace("\r\n", "\n").strip() or None) if isinstance(stored, str) else stored


def _told(done: list[Wrote]) -> str:
    return "; ".join(f"{each.method} {each.path} touched {sorted(each.before)}" for each in done) or "nothing done"


async def played(seed: str, tally: Tally, place: Path, *, only: str = "") -> None:
    """One round: which deed and which faults follow from the seed."""
    dice = random.Random(seed)
    chosen = [deed for deed in deeds() if not only or deed.tool == only]
    await Play(seed, dice.choice(chosen), mode(dice), tally, place).run()


async def again(seed: str, *only: str) -> None:
    """One round again, with everything that is wrong in it."""
    tally = Tally()
    with TemporaryDirectory() as folder:
        await played(seed, tally, Path(folder) / "state.db", only="".join(only))
    print(tally.told(100))


if __name__ == "__main__":
    anyio.run(partial(again, *sys.argv[1:]))
