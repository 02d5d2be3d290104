"""Harvest's time entries over v2: TE2-1 to TE2-8, and what may be tracked on: PA2-1, PA2-2 (harvest-v2 18, 21.3)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlsplit

from harvest_mcp.spec import (
    FOLLOWS,
    INNER,
    MONEY,
    SERVER_SET,
    SUMMARY,
    Acting,
    BilledBy,
    Draft,
    Filter,
    LockedBy,
    MostlyPast,
    Part,
    Record,
    Ref,
    Resource,
    Rule,
    Stands,
    Value,
    Wording,
)
from harvest_mcp.systems.harvest import time_entries as v1
from harvest_mcp.systems.harvest.time_entries import OpenProject, OpenTask, Timesheet
from harvest_mcp.systems.harvest.v2.expenses import APPROVAL, BILLED, PERIOD, UPDATED
from harvest_mcp.wire.json.days import Entries, OpenTo
from harvest_mcp.wire.json.records import Spelled


class TimeEntry(v1.TimeEntry):
    """Time of one person on a task of a project."""

    is_billed: Annotated[bool | None, SERVER_SET] = None
    is_closed: Annotated[bool | None, SERVER_SET, INNER] = None
    approval_status: Annotated[str | None, SERVER_SET] = None
    is_locked: Annotated[bool | None, SERVER_SET] = None
    locked_reason: Annotated[str | None, SERVER_SET] = None
    billable: Annotated[bool | None, SERVER_SET] = None
    billable_rate: Annotated[Decimal | None, MONEY, SERVER_SET] = None
    cost_rate: Annotated[Decimal | None, MONEY, SERVER_SET, INNER] = None
    rounded_hours: Annotated[Decimal | None, SERVER_SET, INNER] = None
    invoice_id: Annotated[int | None, SERVER_SET, INNER] = None
    client_id: Annotated[int | None, Ref("client"), SERVER_SET, INNER] = None
    person: Annotated[str | None, SERVER_SET, FOLLOWS, SUMMARY] = None
    # An external reference, such as an issue (harvest-v2 18); all of them texts.
    reference_id: str | None = None
    reference_group_id: str | None = None
    reference_account_id: Annotated[str | None, INNER] = None
    reference_link: str | None = None
    reference_service: Annotated[str | None, SERVER_SET] = None


@dataclass(frozen=True, slots=True)
class ReferenceAsOne(Rule):
    """An external reference, which a write replaces as a whole (harvest-v2 18).

    Its columns that are not given keep their values; without the first column there is no reference. `link` must be a
    web address.
    """

    columns: tuple[str, ...]
    link: str

    def check(self, draft: Draft) -> Iterator[str]:
        link = draft.values.get(self.link)
        if link and not _of_the_web(str(link)):
            yield f"{self.link} takes a web address, e.g. https://tracker.example/88"

    def completed(
        self, values: Mapping[str, Value], asked: frozenset[str], record: Record | None, today: date | None
    ) -> Mapping[str, Value]:
        said = {name: values[name] or None for name in self.columns if name in values}
        if not said or record is None:
            return {**values, **said}
        if said == {self.columns[0]: None}:
            return {**values, **dict.fromkeys(self.columns)}
        return {**values, **{name: getattr(record, name) for name in self.columns}, **said}


def _of_the_web(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", link)


class NamedTask(Part):
    """A task by id and name."""

    id: int | None = None
    name: str | None = None


class TaskOn(Part):
    """A task of a project, as sent within it."""

    billable: bool | None = None
    is_active: bool | None = None
    task: NamedTask | None = None


class ProjectAssignment(Record):
    """A project that a person is on, with its tasks."""

    project_id: Annotated[int | None, Ref("project")] = None
    project: str | None = None
    code: str | None = None
    billable: bool | None = None
    client_id: Annotated[int | None, Ref("client")] = None
    client: str | None = None
    currency: str | None = None
    is_active: bool | None = None
    task_assignments: tuple[TaskOn, ...] | None = None


PROJECT_ASSIGNMENTS: Resource[Record] = Resource(
    noun="project_assignment",
    plural="project_assignments",
    record=ProjectAssignment,
    wire=OpenTo(
        "/users/{person}/project_assignments",
        (
            Spelled("project", "project.name"),
            Spelled("code", "project.code"),
            Spelled("billable", "project.is_billable"),
            Spelled("client", "client.name"),
            Spelled("currency", "client.currency"),
        ),
    ),
    toolset="time",
    label=("project",),
    says="project that somebody may track time on",
)


def timesheet(day: date, entries: Sequence[Record], open_: Sequence[Record]) -> Timesheet:
    """Return a person's day in v1's form."""
    rows = tuple(each for each in entries if isinstance(each, v1.TimeEntry))
    projects = tuple(_open(each) for each in open_ if isinstance(each, ProjectAssignment))
    return Timesheet(for_day=day, day_entries=rows, projects=projects)


def _open(each: ProjectAssignment) -> OpenProject:
    tasks = tuple(
        OpenTask(id=on.task.id, name=on.task.name, billable=on.billable)
        for on in each.task_assignments or ()
        if on.task and on.task.id and on.is_active is not False
    )
    return OpenProject(
        id=each.project_id or 0,
        name=each.project,
        code=each.code,
        billable=each.billable,
        client=each.client,
        client_id=each.client_id,
        client_currency=each.currency,
        tasks=tasks,
    )


FACE = re.compile(r"(\d{1,2}):(\d\d)", re.ASCII)


def by_clock(told: str | None) -> str | None:
    """Return a time of day in v1's form, `2:59pm`, whichever way the account shows it (harvest-v2 4.3)."""
    if told is None or (face := FACE.fullmatch(told)) is None or int(face[1]) > 23:
        return told
    return f"{int(face[1]) % 12 or 12}:{face[2]}{'pm' if int(face[1]) >= 12 else 'am'}"


SPELLED = (
    Spelled("spent_at", "spent_date"),
    Spelled("client", "client.name"),
    Spelled("project", "project.name"),
    Spelled("task", "task.name"),
    Spelled("started_at", "started_time", reads=by_clock),
    Spelled("ended_at", "ended_time", reads=by_clock),
    Spelled("running", "is_running"),
    Spelled("invoice_id", "invoice.id"),
    Spelled("person", "user.name"),
    Spelled("reference_id", "external_reference.id", sent="external_reference.id"),
    Spelled("reference_group_id", "external_reference.group_id", sent="external_reference.group_id"),
    Spelled("reference_account_id", "external_reference.account_id", sent="external_reference.account_id"),
    Spelled("reference_link", "external_reference.permalink", sent="external_reference.permalink"),
    Spelled("reference_service", "external_reference.service"),
)

TIME_ENTRIES: Resource[Record] = replace(
    v1.TIME_ENTRIES,
    record=TimeEntry,
    wire=Entries(
        "/time_entries",
        SPELLED,
        paged=True,
        acting=Acting(noun="person", query="user_id"),
        day="spent_at",
        rows="day_entries",
        open=PROJECT_ASSIGNMENTS,
        sheet=timesheet,
        started="/time_entries/{id}/restart",
        stopped="/time_entries/{id}/stop",
        dropped="external_reference",
        first=date(1000, 1, 1),
    ),
    verbs=("list", *v1.TIME_ENTRIES.verbs),
    filters=(
        Filter(name="client", type=int, query="client_id", ref="client", says=""),
        Filter(name="project", type=int, query="project_id", ref="project", says=""),
        Filter(name="task", type=int, query="task_id", ref="task", says=""),
        *PERIOD,
        BILLED,
        APPROVAL,
        Filter(name="running", type=bool, query="is_running", says=""),
        Filter(name="reference_id", type=str, query="external_reference_id", says="of a ticket elsewhere"),
        UPDATED,
    ),
    wording=Wording(ids_from="get_timesheet", listed_with="reports"),
    rules=(
        Stands(columns=("hours",)),
        ReferenceAsOne(
            ("reference_id", "reference_group_id", "reference_account_id", "reference_link"), link="reference_link"
        ),
        LockedBy(column="is_locked", why="locked_reason", fixes=("project_id", "task_id", "spent_at", "hours")),
        *(replace(rule, itself=True) for rule in v1.TIME_ENTRIES.rules if isinstance(rule, BilledBy)),
        *(rule for rule in v1.TIME_ENTRIES.rules if isinstance(rule, MostlyPast)),
    ),
)

__all__ = ["PROJECT_ASSIGNMENTS", "TIME_ENTRIES", "timesheet"]
