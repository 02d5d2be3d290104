"""The rules of timesheets: who may track on what, one running timer, locked entries (harvest-v1 18)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import cast
from zoneinfo import ZoneInfo

from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.sandbox.harvest.rules import Refusal, invalid
from harvest_mcp.sandbox.store import Row, Store
from harvest_mcp.systems.harvest import PROJECTS, TASK_ASSIGNMENTS, TASKS, USER_ASSIGNMENTS

CENT = Decimal("0.01")
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)\s*([ap])m", re.IGNORECASE | re.ASCII)
# Columns fixed in a locked entry, which only an administrator may change (harvest-v1 18).
FIXED = ("project_id", "task_id", "spent_at")
NOT_OPEN = "The time entry cannot be created because the user is not assigned to the project or its task."
LOCKED = "This time entry is locked: it was approved or invoiced."


@dataclass(frozen=True, slots=True)
class SheetRules:
    """One person's timesheets; with `by_clock` they track by start and end; `zone` is their time zone."""

    store: Store
    person: int
    zone: ZoneInfo
    by_clock: bool = False
    administrator: bool = False
    own: bool = True

    def today(self) -> date:
        return self.store.now().astimezone(self.zone).date()

    def rows(self, day: date) -> list[Row]:
        return self.store.rows(HOURS, [("user_id", "=", self.person), ("spent_at", "=", day)])

    def row(self, id: int) -> Row:
        for row in self.store.rows(HOURS, [("id", "=", id), ("user_id", "=", self.person)]):
            return row
        raise Refusal(404, "NotFound", f"There is no time entry {id} of this person.", hint=False)

    def open(self) -> list[tuple[Row, list[Row]]]:
        """Return the active projects this person is assigned to, each with its active tasks."""
        mine = self.store.rows(USER_ASSIGNMENTS, [("user_id", "=", self.person), ("deactivated", "=", False)])
        projects = [self.store.get(PROJECTS, _id(each["project_id"])) for each in mine]
        return [(row, self._tasks(_id(row["id"]))) for row in projects if row is not None and row["active"]]

    def _tasks(self, project: int) -> list[Row]:
        used = self.store.rows(TASK_ASSIGNMENTS, [("project_id", "=", project), ("deactivated", "=", False)])
        tasks = [(self.store.get(TASKS, _id(each["task_id"])), each["billable"]) for each in used]
        return [{**row, "billable": billable} for row, billable in tasks if row is not None and not row["deactivated"]]

    def add(self, given: Row) -> tuple[int, Decimal | None]:
        """TT-5: create an entry; return its id, and the hours of the timer this stopped."""
        with self.store.writing():
            row: Row = {"spent_at": self.today(), "notes": "", **given, "user_id": self.person}
            self._may_track(row)
            books = self._booked(row)
            row |= {"is_billed": False, "is_closed": False, "adjustment_record": False}
            if books:
                return self.store.insert(HOURS, row), None
            stopped = self._stop_other(0)
            return self.store.insert(HOURS, {**row, **self._started(Decimal(0))}), stopped

    def change(self, id: int, given: Row) -> None:
        """TT-7: change only the columns sent. With new hours a running timer counts on from now."""
        with self.store.writing():
            before = self.row(id)
            self._unlocked(before)
            if _locked(before) and any(given.get(name, before[name]) != before[name] for name in FIXED):
                raise Refusal(400, "NotAllowed", f"{LOCKED} Its project, task and day are fixed.")
            if given.get("hours", 0) is None:
                raise invalid("hours must be a number.")
            after = {**before, **given}
            if any(after[name] != before[name] for name in ("project_id", "task_id")):
                self._may_track(after)
            if before["timer_started_at"] and "hours" in given:
                given = {**given, "timer_started_at": self.store.now()}
            elif self.by_clock and {"started_at", "ended_at"} & given.keys():
                self._booked(after)
                given = {**given, "hours": after["hours"]}
            self.store.update(HOURS, id, given)

    def remove(self, id: int) -> None:
        """TT-6: delete an entry, with its timer (harvest-v1 27)."""
        with self.store.writing():
            self._unlocked(self.row(id))
            self.store.delete(HOURS, id)

    def toggle(self, id: int) -> tuple[int, Decimal | None]:
        """TT-4: start or stop a timer; return the entry's id, and the hours of another timer this stopped."""
        with self.store.writing():
            row = self.row(id)
            self._unlocked(row)
            if row["timer_started_at"]:
                self._stop(row)
                return id, None
            stopped = self._stop_other(id)
            if self.by_clock:  # no restart, but a new entry
                like = {name: row[name] for name in ("project_id", "task_id", "notes")}
                return self.add({**like, "started_at": "", "ended_at": ""})[0], stopped
            self.store.update(HOURS, id, self._started(cast(Decimal, row["hours"])))
            return id, stopped

    def _may_track(self, row: Row) -> None:
        for project, tasks in self.open():
            if project["id"] == row.get("project_id") and any(task["id"] == row.get("task_id") for task in tasks):
                return
        raise Refusal(400 if self.own else 404, "UserNotAssigned", NOT_OPEN)  # 404 seen for somebody else

    def _booked(self, row: Row) -> bool:
        """Set the hours and return whether the entry has any; otherwise a timer starts."""
        if not self.by_clock:
            for name in ("started_at", "ended_at"):
                row.pop(name, None)
            return row.get("hours") is not None
        begun, ended = (_clock(str(row.get(name) or "")) for name in ("started_at", "ended_at"))
        if begun is None or ended is None:
            return False
        row["hours"] = _hours((ended - begun) % timedelta(days=1))
        return True

    def _started(self, hours: Decimal) -> Row:
        clock = {"started_at": self._shown(self.store.now()), "ended_at": ""} if self.by_clock else {}
        return {"hours": hours, "timer_started_at": self.store.now(), **clock}

    def _stop(self, row: Row) -> Decimal:
        hours = total(row, self.store.now())
        ended = {"ended_at": self._shown(self.store.now())} if self.by_clock else {}
        self.store.update(HOURS, _id(row["id"]), {"hours": hours, "timer_started_at": None, **ended})
        return hours

    def _stop_other(self, id: int) -> Decimal | None:
        """Stop the person's other running timer, if any; return its hours."""
        others = self.store.rows(
            HOURS, [("user_id", "=", self.person), ("timer_started_at", "<>", ""), ("id", "<>", id)]
        )
        return next((self._stop(row) for row in others), None)

    def _shown(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%I:%M%p").lstrip("0").lower()

    def _unlocked(self, row: Row) -> None:
        if _locked(row) and not self.administrator:
            raise Refusal(400, "NotAllowed", LOCKED)


def total(row: Row, now: datetime) -> Decimal:
    """Return the hours of an entry plus its running timer, with two decimals (harvest-v1 18, 30)."""
    booked, since = cast("Decimal | None", row["hours"]) or Decimal(0), cast("datetime | None", row["timer_started_at"])
    return booked if since is None else (booked + _hours(now - since)).quantize(CENT, ROUND_HALF_UP)


def _hours(spent: timedelta) -> Decimal:
    return (Decimal(spent // timedelta(seconds=1)) / 3600).quantize(CENT, ROUND_HALF_UP)


def _locked(row: Row) -> bool:
    return bool(row["is_closed"] or row["is_billed"])


def _clock(text: str) -> timedelta | None:
    """Parse `8:00am` to the time since midnight."""
    if not text.strip():
        return None
    if (found := CLOCK.fullmatch(text.strip())) is None or not 1 <= int(found[1]) <= 12:
        raise invalid("started_at and ended_at must be times such as 8:00am.")
    return timedelta(hours=int(found[1]) % 12 + 12 * (found[3].lower() == "p"), minutes=int(found[2]))


def _id(value: object) -> int:
    return int(str(value))
