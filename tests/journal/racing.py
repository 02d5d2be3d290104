"""Several servers at one record at the same moment: every effect rests on what was there, and is what was said."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel

from harvest_mcp.changes import Entry
from harvest_mcp.sandbox import Sandbox, Switches, open_account, open_incwo
from harvest_mcp.spec import Record, Resource
from harvest_mcp.systems.harvest import CLIENTS, INVOICES
from harvest_mcp.systems.harvest import CONTACTS as PEOPLE
from harvest_mcp.systems.incwo import CONTACTS
from harvest_mcp.tools.tool import Desk
from tests.journal.harness import Moved, Row, Said, Skewed, Watched, Wrote, desk_at, journal_of, same, say

Step = tuple[str, dict[str, Any]]
LISTS = {"line_items": ("description", "quantity"), "contact_items": ("value",)}
"""Of the lists within a record, what one of them is known by."""
WRITTEN = ("active", "name", "details", "subject", "state", "job_title", *LISTS)
"""Columns that a step may write, and which are the same in the journal and in the account's rows."""
MOST = 12
"""Turns of the event loop that a request may be held back, so that any may come before any other."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An update that was lost, or a claim that is untrue: in which round, and what happened instead."""

    kind: str
    round: str
    steps: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind} | {self.round} | {self.steps} | is: {self.found[:300]}"


@dataclass(slots=True)
class Count:
    """What a run counted."""

    rounds: int = 0
    effects: int = 0
    lost: list[Lost] = field(default_factory=list)

    def kinds(self) -> dict[str, int]:
        return dict(sorted(Counter(each.kind for each in self.lost).items()))

    def told(self, most: int = 4) -> str:
        shown = [str(one) for kind in self.kinds() for one in [each for each in self.lost if each.kind == kind][:most]]
        return "\n".join([f"{self.rounds} rounds, {self.effects} effects, lost: {self.kinds()}", *shown])


class Place:
    """An account, its journal, and servers at both, each by a clock of its own."""

    def __init__(self, system: str, path: Path, seed: str, skews: tuple[float, ...]) -> None:
        self.dice, self.clock = random.Random(seed), Moved()
        self.watched = Watched(self._opened(system))
        self.watched.pause = self.held
        self.desks = [desk_at(self.watched, path, Skewed(self.clock, by)) for by in skews]

    def _opened(self, system: str) -> Sandbox:
        if system == "harvest":
            return open_account(clock=self.clock, calls=None)
        return open_incwo(clock=self.clock, switches=Switches(nested_update="replace"))

    async def held(self) -> None:
        for _ in range(self.dice.randrange(MOST)):
            await anyio.lowlevel.checkpoint()

    async def close(self) -> None:
        for desk in self.desks:
            await desk.aclose()
        self.watched.sandbox.close()


class Race:
    """One record, and one step of each server at it at the same moment."""

    def __init__(self, place: Place, name: str, count: Count) -> None:
        self.place, self.name, self.count, self.dice = place, name, count, random.Random(name)
        self.agreed: dict[int, Row | None] = {}
        """What hung on the record when somebody was asked."""
        make = self.dice.choice(KINDS[place.watched.sandbox.store.system.name])
        self.resource, self.id, self.steps = make(self)

    async def run(self) -> list[Said]:
        began = len(self.place.watched.wrote)
        known = {entry.id for entry in await journal_of(self.place.desks[0])}
        steps = self.dice.sample(self.steps, len(self.place.desks))
        if self.dice.random() < 0.3 and (undo := await self._before()):
            steps[0] = undo
            known = {entry.id for entry in await journal_of(self.place.desks[0])}
            began = len(self.place.watched.wrote)
        said: dict[int, Said] = {}

        async def one(number: int, desk: Desk, step: Step) -> None:
            await self.place.held()
            said[number] = await say(desk, step[0], form=self._yes, **step[1])

        async with anyio.create_task_group() as group:
            for number, (desk, step) in enumerate(zip(self.place.desks, steps, strict=True)):
                group.start_soon(one, number, desk, step)
        answers = [said[number] for number in range(len(steps))]
        entries = [each for each in await journal_of(self.place.desks[0]) if each.id not in known]
        self._compare(steps, answers, entries, self.place.watched.wrote[began:])
        return answers

    async def _before(self) -> Step | None:
        """An undo of a change that is made first."""
        step = self.dice.choice([step for step in self.steps if step[0].startswith(("update", "toggle", "add"))])
        await say(self.place.desks[0], step[0], form=self._yes, **step[1])
        entries = [each for each in await journal_of(self.place.desks[0]) if each.record == self.id]
        return ("undo_change", {"change_id": entries[-1].id}) if entries else None

    async def _yes(self, question: Any, code: str) -> str:
        self.agreed = dict(self._hanging())
        await self.place.held()
        return "yes"

    def _hanging(self) -> Iterator[tuple[int, Row | None]]:
        store = self.place.watched.sandbox.store
        if self.resource is CLIENTS:
            for row in store.rows(PEOPLE, [("client_id", "=", self.id)]):
                yield int(str(row["id"])), store.raw(PEOPLE.plural, int(str(row["id"])))

    def _compare(self, steps: list[Step], said: list[Said], entries: list[Entry], wrote: list[Wrote]) -> None:
        """Every effect beside its entry in the journal: it rests on what was there, and left what was meant."""
        self.count.rounds += 1
        self.count.effects += len(wrote)
        shown = "; ".join(f"{tool} {given} -> {one.head[:90]}" for (tool, given), one in zip(steps, said, strict=True))

        def lost(kind: str, found: str) -> None:
            self.count.lost.append(Lost(kind, self.name, shown, found))

        for one in said:
            if one.crashed:
                lost("crashed", one.text)
        ours = [each for each in wrote if (self.resource.plural, self.id) in each.before]
        done = [each for each in entries if each.record == self.id and each.noun == self.resource.noun]
        done = [each for each in done if each.outcome in ("applied", "undone", "accepted")]
        if len(done) != len(ours):
            told = [(each.id, each.verb, each.outcome) for each in entries]
            lost("journal and account apart", f"{told} beside {[each.method for each in ours]}")
            return
        for entry, effect in zip(done, ours, strict=True):
            for kind, found in self._wrong(entry, effect):
                lost(kind, found)

    def _wrong(self, entry: Entry, effect: Wrote) -> Iterator[tuple[str, str]]:
        """What an effect wrote over without having seen it, and what it left otherwise than it was meant."""
        was, now = (image[self.resource.plural, self.id] for image in (effect.before, effect.after))
        before = entry.before or {}
        for name in entry.sent if entry.verb != "delete" else WRITTEN:
            if was is None or name not in was:
                continue
            if name in before and _known(name, before[name]) != _known(name, was[name]):
                yield "written over unseen", f"{entry.verb} {name} was {was[name]!r}, thought {before[name]!r}"
            if now is not None and _known(name, entry.sent[name]) != _known(name, now[name]):
                yield "left otherwise", f"{entry.verb} {name} is {now[name]!r}, meant {entry.sent[name]!r}"
        apart = [id for id, row in self.agreed.items() if now is None and not self._same(effect, id, row)]
        if entry.verb == "delete" and apart:
            yield "deleted with another dependent than agreed", f"contacts {apart}"

    def _same(self, effect: Wrote, id: int, row: Row | None) -> bool:
        return same(effect.before.get((PEOPLE.plural, id), row), row)


def _known(name: str, value: Any) -> object:
    """A value as the journal or the database has it, comparable."""
    if name in LISTS:
        children = json.loads(value) if isinstance(value, str) else value or []
        return sorted(tuple(_known("", child.get(part)) for part in LISTS[name]) for child in children)
    if isinstance(value, bool):
        return int(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return value or None


def _client(race: Race) -> tuple[Resource[Record], int, list[Step]]:
    sandbox, dice = race.place.watched.sandbox, race.dice
    id = sandbox.put(CLIENTS, name=f"Raced {race.name}", active=dice.random() < 0.5, currency="Euro - EUR", details="")
    contact = sandbox.put(PEOPLE, client_id=id, first_name="Ana", last_name=race.name)
    key = {"client_id": id}
    return (
        CLIENTS,
        id,
        [
            *[("toggle_client", {**key, "active": False})] * 2,
            ("toggle_client", {**key, "active": True}),
            ("toggle_client", key),
            ("update_client", {**key, "details": f"A {dice.random()}"}),
            ("update_client", {**key, "details": f"B {dice.random()}"}),
            ("update_client", {**key, "name": f"Raced {race.name} {dice.random()}"}),
            ("update_contact", {"contact_id": contact, "title": f"C {dice.random()}"}),
            *[("delete_client", key)] * 2,
        ],
    )


def _invoice(race: Race) -> tuple[Resource[Record], int, list[Step]]:
    sandbox, dice = race.place.watched.sandbox, race.dice
    draft = next(row for row in sandbox.rows(INVOICES) if row["state"] == "draft" and row["line_items"])
    values: dict[str, Any] = {**draft, "id": None, "number": f"R{race.name}"}
    id = sandbox.put(INVOICES, **values)
    key, lines = {"invoice_id": id}, len(values["line_items"])
    new = {"kind": "Service", "quantity": "1", "unit_price": "5"}
    return (
        INVOICES,
        id,
        [
            ("add_invoice_line", {**key, **new, "description": f"A {dice.random()}"}),
            ("add_invoice_line", {**key, **new, "description": f"B {dice.random()}"}),
            ("update_invoice_line", {**key, "line_id": 1, "description": f"C {dice.random()}"}),
            ("remove_invoice_line", {**key, "line_id": lines}),
            ("update_invoice", {**key, "subject": f"D {dice.random()}"}),
            *[("mark_invoice_sent", key)] * 2,
            *[("delete_invoice", key)] * 2,
        ],
    )


def _person(race: Race) -> tuple[Resource[Record], int, list[Step]]:
    sandbox, dice = race.place.watched.sandbox, race.dice
    like = next(row for row in sandbox.rows(CONTACTS) if len(_children(row)) > 2)
    values: dict[str, Any] = {**like, "id": None, "last_name": f"R{race.name}"}
    values["contact_items"] = tuple(child.model_copy(update={"id": None}) for child in _children(like))
    id = sandbox.put(CONTACTS, **values)
    (row,) = [each for each in sandbox.rows(CONTACTS) if each["id"] == id]
    first, *_, last = (child.id for child in _children(row))
    key = {"contact_id": id}
    return (
        CONTACTS,
        id,
        [
            ("add_incwo_contact_item", {**key, "type_id": "skype", "value": f"A {dice.random()}"}),
            ("add_incwo_contact_item", {**key, "type_id": "skype", "value": f"B {dice.random()}"}),
            ("update_incwo_contact_item", {**key, "item_id": first, "value": f"C {dice.random()}"}),
            ("remove_incwo_contact_item", {**key, "item_id": last}),
            ("update_incwo_contact", {**key, "job_title": f"D {dice.random()}"}),
            *[("delete_incwo_contact", key)] * 2,
        ],
    )


def _children(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["contact_items"] or ()


KINDS: Mapping[str, tuple[Any, ...]] = {"harvest": (_client, _invoice), "incwo": (_person,)}
