"""Undo a set of changes, the newest first; what cannot be undone is named, and stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from harvest_mcp.api import Api
from harvest_mcp.changes import Changes, ChangeSet, ChangeSetDraft, Entry
from harvest_mcp.changes.undo import UndoPlan, plan, unchanged_since
from harvest_mcp.consent.policy import Question
from harvest_mcp.consent.question import QuestionSheet, facts
from harvest_mcp.errors import CallFailed, HarvestMcpError, Incomplete, NotFound, NotUndone
from harvest_mcp.spec import Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import as_csv, count, quoted
from harvest_mcp.tools.journal.change_sets import parts
from harvest_mcp.tools.journal.entries import readable, scope_of
from harvest_mcp.tools.journal.taking_back import gone_for_all, undo_writes
from harvest_mcp.tools.journal.undo_result import later, record_words
from harvest_mcp.tools.questions.ask import Asking, matter_of
from harvest_mcp.tools.questions.stakes import drops, effects
from harvest_mcp.tools.records.create import create_stakes
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]
Place = Scope[Record]
AT_ONCE = 3
"""The most records of a kind to read one by one; for more, the list is read."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One change to undo, how, and the record as read."""

    entry: Entry
    place: Place
    how: UndoPlan
    now: Record | None = None

    @property
    def gone(self) -> bool:
        """Whether the record to delete can no longer be read."""
        return self.how.does == "delete" and self.now is None

    @property
    def asks(self) -> bool:
        """Whether a person is asked before it."""
        resource, values = self.place.resource, self.how.values
        if self.gone:
            return False
        if self.how.does == "create":
            return bool(create_stakes(resource, values))
        if self.how.does == "act":
            return bool(self.how.action and self.how.action.sets_off)
        lists = any(drops(fields(resource.record)[name]) for name in values)
        return self.how.does == "delete" or bool(effects(resource)) or lists


@dataclass(slots=True)
class Undoing:
    """One set being undone: what is to be done, and what stays, each with why."""

    call: Call
    system: System
    many: ChangeSet
    todo: list[TakenBack] = field(default_factory=list)
    stays: list[tuple[Entry, str]] = field(default_factory=list)
    done: list[tuple[Entry, str, int]] = field(default_factory=list)
    looked: bool = False
    """Whether the records read are to be used for the question."""

    @property
    def changes(self) -> Changes:
        """The writes of this call."""
        return self.call.changes(self.system)

    async def look(self) -> None:
        """Find what is to be undone, and read it as it is now."""
        self.todo, self.stays = [], []
        planned = list[TakenBack]()
        for entry in reversed(await parts(self.call, self.system, self.many)):
            with readable(entry):
                place = scope_of(self.system, entry)
            now = await self.changes.settle(place, entry) if entry.unsettled() else entry
            if now.outcome in ("refused", "no effect", "undone"):
                continue
            now, place = await self._followed(now, place)
            try:
                planned.append(TakenBack(now, place, plan(place.resource, now)))
            except NotUndone as why:
                self.stays.append((now, str(why)))
        rows = await self._rows(planned)
        for each in planned:
            part = replace(each, now=rows.get(_key(each.entry)))
            if changed := _gone(part) or _changed(part):
                self.stays.append((part.entry, changed))
            else:
                self.todo.append(part)

    async def _followed(self, entry: Entry, place: Place) -> tuple[Entry, Place]:
        """Return an entry with the new id of a record that was created again."""
        if entry.record is None or entry.verb == "delete":
            return entry, place
        new = await self.call.journal(self.system).successor(entry.noun, entry.record)
        return (entry, place) if new is None else (replace(entry, record=new), place)

    async def _rows(self, planned: Sequence[TakenBack]) -> Mapping[tuple[str, int], Record]:
        """Return the records as they are now: one by one, or from their list if there are many."""
        found: dict[tuple[str, int], Record] = {}
        api = self.call.api(self.system)
        there = [each for each in planned if each.how.does != "create" and each.entry.record]
        for noun in dict.fromkeys(each.entry.noun for each in there):
            of = [each for each in there if each.entry.noun == noun]
            resource = of[0].place.resource
            if len(of) > AT_ONCE and "list" in resource.verbs and not resource.place:
                scanned = await api.scan(Scope(resource))
                found |= {(noun, row.id): row for row in scanned.rows}
                if scanned.whole:
                    continue
            left = [each for each in of if _key(each.entry) not in found]
            rows = await api.all_of(*(partial(_there, api, each) for each in left))
            found |= {_key(each.entry): row for each, row in zip(left, rows, strict=True) if row}
        return found

    async def all(self, asking: Asking) -> None:
        """Undo what can be, once a person confirmed if that deletes records or has side effects."""
        await self.look()
        self.looked = True
        if any(each.asks for each in self.todo):
            await self._ask(asking)
        if not self.todo:
            return
        says = f"Undo change {self.many.id}."
        draft = ChangeSetDraft(tool=self.call.tool, says=says, steps=(), stage="done")
        kept = await self.call.journal(self.system).plan(draft)
        for at, each in enumerate(self.todo):
            try:
                did, change = await self._one(self.changes.within(kept.id, at), each)
                self.done.append((each.entry, did, change))
            except HarvestMcpError as why:
                self.stays.append((each.entry, why.afar))
            await self.call.progress(f"{at + 1} of {len(self.todo)} taken back.")

    async def _one(self, changes: Changes, part: TakenBack) -> tuple[str, int]:
        """Return what was done, and its change."""
        if part.how.does == "delete":
            return await self._delete(changes, part)
        how = replace(part.how, values=await self._as_called_now(part.place.resource, part.how.values))
        made = await undo_writes(changes, part.place, part.entry, how)
        if not made:
            await self.call.journal(self.system).close(part.entry.id, "undone")
            return "was so already", part.entry.id
        names = dict.fromkeys((*part.how.lost, *made[0].differs))
        lost = f"; not restored: {', '.join(names)}" if names else ""
        if part.how.does == "create":
            gone = f"; gone: {', '.join(part.how.gone)}" if part.how.gone else ""
            return f"made again as {made[0].id}{gone}{lost}", made[0].entry
        if made[-1].record is None:
            return later(self.system, part.place.resource, part.entry, how, made[0]), made[0].entry
        return f"changed back{lost}" if lost else "as it was", made[0].entry

    async def _as_called_now(self, resource: Kind, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return values with the new ids of records that were created again, by this undo too."""
        told, known = dict(values), fields(resource.record)
        for name, value in values.items():
            if name in known and known[name].ref and isinstance(value, int):
                new = await self.call.journal(self.system).successor(str(known[name].ref), value)
                told[name] = new or value
        return told

    async def _delete(self, changes: Changes, part: TakenBack) -> tuple[str, int]:
        """Delete what was created, as confirmed, unless something depends on it by now."""
        entry, place = part.entry, part.place
        assert entry.record is not None  # noqa: S101 - an applied create has one
        try:
            snapshot = await changes.current(place, entry.record)
        except NotFound:
            await gone_for_all(changes, place, entry, entry.record)
            await self.call.journal(self.system).close(entry.id, "undone")
            return "is gone already", entry.id
        unchanged_since(place.resource, entry, snapshot.record)
        await self._alone(place.resource, entry.record)
        made = await changes.delete(place, snapshot, undoes=entry.id)
        return ("deleted" if made.record is None else "archived, not deleted"), made.entry

    async def _alone(self, resource: Kind, id: int) -> None:
        """Refuse to delete a record that others depend on: they came later, and nobody confirmed to lose them.

        Raises:
            NotUndone: something does, or that cannot be read.
        """
        for each in resource.dependents:
            other = self.system.resource(each.noun)
            by = {one.name: id for one in other.filters if f"{one.ref}_id" == each.by}
            try:
                rows = (await self.call.api(self.system).scan(other.under({each.by: id}), where=by)).every(other.words)
            except (CallFailed, Incomplete) as why:
                raise NotUndone(f"Its {each.several} could not be counted. {why.what}") from None
            if there := [row for row in rows if each.by in row.unread or getattr(row, each.by) == id]:
                many = count(len(there), each.words, each.several)
                raise NotUndone(f"It has {many} that this did not make.", next="Delete it by itself, if it is to go.")

    async def _ask(self, asking: Asking) -> None:
        first = self.todo[0]
        matter = matter_of(self.call, self.system, first.place.resource, self.many.id, noun=self.many.tool)

        async def build() -> Question:
            if not self.looked:
                await self.look()
            self.looked = False
            todo = [each for each in self.todo if not each.gone]
            lines = [(_does(each), _named(each)) for each in todo]
            deletes = [named for does, named in lines if does == "delete"]
            others = [f"{does} {named}" for does, named in lines if does != "delete"]
            told = ([f"delete {count(len(deletes), 'record')}: {', '.join(deletes)}"] if deletes else []) + others
            stays = "".join(f" {record_words(self.system, entry)} stays: {why}" for entry, why in self.stays)
            return Question(
                text=f"{asking.part_of} ({self.many.tool}): {'; '.join(told)}?{stays}",
                tick=count(len(lines), "change"),
                matter=matter,
                content=tuple([each.entry.id, each.how.does, facts(each.now)] for each in todo),
                sheet=QuestionSheet(
                    does="take back",
                    untouched="Nothing was undone.",
                    name=count(len(lines), "change"),
                    place=f"{self.system.title} at {self.call.desk.account(self.system).host}",
                    fields=tuple(
                        (f"{does} {record_words(self.system, part.entry)}", named)
                        for (does, named), part in zip(lines, todo, strict=True)
                    ),
                    again=True,
                ),
            )

        await self.call.desk.confirmation.obtain(
            build, self.call.person, matter=matter, code=asking.code, again=asking.again
        )


def _gone(part: TakenBack) -> str:
    """Return why a record that cannot be read cannot be restored."""
    if part.now is not None or part.how.does in ("delete", "create"):
        return ""
    return f"No {part.place.resource.word} {part.entry.record} in this account, or this user may not see it."


def _changed(part: TakenBack) -> str:
    """Return why a record is not deleted that somebody changed since, by the columns lists show."""
    entry, resource = part.entry, part.place.resource
    if part.how.does != "delete" or part.now is None:
        return ""
    known = fields(resource.record)
    left = {name: value for name, value in (entry.after or entry.sent).items() if name in known}
    told = {name: value for name, value in left.items() if not known[name].inner}
    try:
        unchanged_since(resource, replace(entry, after=told), part.now)
    except NotUndone as why:
        return str(why)
    return ""


async def undo_set(call: Call, system: System, many: ChangeSet, asking: Asking) -> str:
    """Undo a set of changes, and report on each."""
    if many.stage == "planned":
        raise NotUndone(f"Change {many.id} is a plan that nobody agreed to, so there is nothing to undo.")
    undoing = Undoing(call, system, many)
    await undoing.all(asking)
    if not (undoing.done or undoing.stays):
        return f"Everything of change {many.id} is taken back already, or never took effect."
    whole = f"{len(undoing.done)} of {count(len(undoing.done) + len(undoing.stays), 'change')}"
    rows: list[Sequence[object]] = [(record_words(system, entry), did, id, "") for entry, did, id in undoing.done]
    rows += [(record_words(system, entry), "stays", entry.id, why) for entry, why in undoing.stays]
    table, shown = as_csv(("record", "outcome", "change", "why"), sorted(rows, key=lambda row: row[1] != "stays"))
    more = "" if shown == len(rows) else f"; the first {shown} rows"
    left = f"; undo_change(change_id={many.id}) tries again what stays" if undoing.stays else ""
    return f"# Undid {whole} of change {many.id}{left}{more}\n{table}"


async def _there(api: Api, part: TakenBack) -> Record | None:
    """Return a record as it is now; None if it is gone."""
    try:
        return await api.get(part.place, _key(part.entry)[1])
    except NotFound:
        return None


def _key(entry: Entry) -> tuple[str, int]:
    return entry.noun, entry.record or 0


def _does(part: TakenBack) -> str:
    return {"delete": "delete", "update": "put back", "create": "make again", "act": "take back"}[part.how.does]


def _named(part: TakenBack) -> str:
    resource = part.place.resource
    known: dict[str, Value] = {name: value for name, value in part.how.values.items() if part.how.does == "create"}
    record = part.now or (resource.record.model_validate({"id": 0, **known}) if known else None)
    name = resource.name_of(record) if record else ""
    what = f"{resource.word} {quoted(name, most=None)}" if name else resource.word
    return f"{what} ({part.entry.record})"
