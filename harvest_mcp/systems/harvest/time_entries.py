"""Harvest's timesheets: TT-1 to TT-7, the daily API with its own addresses and names (harvest-v1 18)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import model_validator

from harvest_mcp.spec import (
    FOLLOWS,
    INNER,
    LINES,
    REQUIRED,
    SERVER_SET,
    SUMMARY,
    WORDED,
    Acting,
    Action,
    BilledBy,
    MostlyPast,
    Part,
    Record,
    Ref,
    Resource,
    SeenIn,
    Stands,
    View,
    Wording,
)
from harvest_mcp.systems.harvest.day_entries import DAY_ENTRIES
from harvest_mcp.wire.daily import Addresses, Daily


class TimeEntry(Record):
    """Time of one person on a task of a project; columns in the order of a documented body."""

    spent_at: Annotated[date | None, REQUIRED, WORDED, SUMMARY] = None
    user_id: Annotated[int | None, Ref("person"), SERVER_SET, SeenIn(("docs", "late"))] = None
    client: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None
    project_id: Annotated[int | None, Ref("project"), REQUIRED, SeenIn(("docs", "late"))] = None
    project: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None
    task_id: Annotated[int | None, Ref("task"), REQUIRED, SeenIn(("docs", "late"))] = None
    task: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None
    # With what a running timer has counted so far; `hours_without_timer` is what was booked before it started.
    hours: Annotated[Decimal | None, REQUIRED, SUMMARY] = None
    hours_without_timer: Annotated[Decimal | None, SERVER_SET, FOLLOWS, INNER, SeenIn(("docs", "late"))] = None
    notes: Annotated[str | None, LINES, SUMMARY] = None
    timer_started_at: Annotated[datetime | None, SERVER_SET, WORDED] = None
    created_at: Annotated[datetime | None, SERVER_SET, WORDED, SeenIn(("docs", "late"))] = None
    updated_at: Annotated[datetime | None, SERVER_SET, WORDED, SeenIn(("docs", "late"))] = None
    # Of accounts that track by start and end: `8:00am`; the end is empty while the timer runs.
    started_at: str | None = None
    ended_at: str | None = None
    running: Annotated[bool | None, SERVER_SET, SUMMARY] = None

    def mark(self, unread: Mapping[str, str]) -> None:
        """Note what could not be read; an entry that says since when it runs runs, whatever it says."""
        super().mark(unread)
        if "timer_started_at" in unread:
            self.__dict__["running"] = True
        elif "running" in unread and not self.running:  # it may run nevertheless
            self.__dict__["running"] = None
            self.model_fields_set.discard("running")


class DailyEntry(TimeEntry):
    """A time entry of the daily API, which runs exactly while it tells when its timer was started (27)."""

    @model_validator(mode="before")
    @classmethod
    def _running(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {"running": bool(values.get("timer_started_at")), **values}


class OpenTask(Part):
    """A task of a project that may be tracked on."""

    name: str | None = None
    id: int
    billable: bool | None = None


class OpenProject(Part):
    """A project that may be tracked on."""

    name: str | None = None
    code: str | None = None
    id: int
    billable: bool | None = None
    client: str | None = None
    client_id: int | None = None
    client_currency: str | None = None
    client_currency_symbol: str | None = None
    tasks: tuple[OpenTask, ...] | None = None


class Timesheet(Part):
    """A person's day: its entries, and what else may be tracked on (none on a read-only sheet)."""

    for_day: Annotated[date, WORDED]
    day_entries: tuple[TimeEntry, ...] | None = None
    projects: tuple[OpenProject, ...] | None = None


class DailySheet(Timesheet):
    """The same of the daily API."""

    day_entries: tuple[DailyEntry, ...] | None = None


TIMESHEET = View(
    name="get_timesheet",
    record=DailySheet,
    path="/daily",  # TT-1: today, where the user is
    root="daily",
    toolset="time",
    says="",
)

TIME_ENTRIES: Resource[TimeEntry] = Resource(
    noun="time_entry",
    plural="time_entries",
    record=DailyEntry,
    wire=Daily(
        TIMESHEET.path,
        element="day_entry",
        acting=Acting(noun="person", query="of_user"),
        day="spent_at",
        view=TIMESHEET,
        rows="day_entries",
        addresses=Addresses(
            day="/daily/{day}/{year}",
            get="/daily/show/{id}",
            create="/daily/add",
            update="/daily/update/{id}",
            update_by="POST",  # 29 row 7
            delete="/daily/delete/{id}",
        ),
        request="request",
        beside="hours_for_previously_running_timer",
        slim=(("slim", "1"),),
        first=date(1000, 1, 1),  # 18: `year` has four digits
    ),
    toolset="time",
    label=("project", "task", "spent_at"),
    says="time on a task of a project",
    verbs=("get", "delete"),
    # 18: `is_billed` and `is_closed` are not part of the daily API; only reports carry them (21).
    rules=(
        Stands(columns=("hours",)),
        MostlyPast(day="spent_at", written="updated_at"),
        BilledBy(
            rows=DAY_ENTRIES.noun,
            by="project",
            column="project_id",
            day="spent_at",
            told=(
                ("is_billed", "It is billed: an invoice that it is on keeps its amount."),
                ("is_closed", "It is approved."),
            ),
            words="billed or approved",
            minds=("spent_at", "project_id", "task_id", "hours", "started_at", "ended_at"),
            person="person",
            timer="timer_started_at",
            counted="hours_with_timer",
        ),
    ),
    actions=(
        # TT-4, a GET that changes state: starts a stopped timer, stops a running one.
        Action(
            verb="timer",
            method="GET",
            path="/daily/timer/{id}",
            flips="running",
            says="",
            yes="running",
            no="stopped",
            by_name=True,
            leaves=("time counted, or not counted, meanwhile",),
            once="started_at",  # what is tracked by start and end is copied, not started again
        ),
    ),
    wording=Wording(ids_from="get_timesheet"),
)
