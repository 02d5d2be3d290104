"""A year of the studio's hours, computed from the calendar: the same for every account opened that day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from harvest_mcp.sandbox.faults.past import Stored
from harvest_mcp.sandbox.harvest.hours import ACCOUNT, HOURS
from harvest_mcp.sandbox.harvest.seeds.notes import BY_PERSON, BY_TASK
from harvest_mcp.sandbox.harvest.seeds.team import PEOPLE, TASKS, TEAMS, letters
from harvest_mcp.sandbox.harvest.seeds.work import PROJECTS
from harvest_mcp.sandbox.harvest.switches import TIMEZONE
from harvest_mcp.sandbox.store import Store
from harvest_mcp.systems.harvest.timezones import ZONES

FIRST_PERSON, FIRST_PROJECT, FIRST_TASK, FIRST_HOURS = 31, 301, 501, 20001
YEAR, CLOSED, BILLED = 365, 40, 75
"""Days of recorded hours, and the age in days at which they are approved and invoiced."""
ARCHIVED = 100
"""Days since the last work of archived people and tasks of a project."""
COLUMNS = (
    *("id", "user_id", "project_id", "task_id", "spent_at", "hours", "notes", "is_billed", "is_closed"),
    *("adjustment_record", "created_at", "updated_at"),
)
# Days on which nobody works: month and day.
HOLIDAYS = frozenset({(1, 1), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)})
# Working days by weekly hours; 0 is Monday.
WEEKS: Mapping[int, tuple[int, ...]] = {35: (0, 1, 2, 3, 4), 28: (0, 1, 2, 3), 20: (1, 2, 3), 16: (0, 3)}
# The usual task of a department, by the task's letter.
DOES: Mapping[str, str] = {
    "Management": "b",
    "Projects": "b",
    "Design": "a",
    "Development": "c",
    "Illustration": "d",
    "Research": "f",
    "Photography": "e",
    "Text": "g",
}
MASK = 0x7FFFFFFF
QUARTERS = ("00", "25", "50", "75")
Line = tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One person's work on one project: how many days ago it began and ended, and on which tasks."""

    project: int
    begun: int
    ended: int
    tasks: str
    archived: str


def today(now: datetime) -> date:
    """Return today's date in the account's time zone."""
    return now.astimezone(ZoneInfo(ZONES[TIMEZONE])).date()


@lru_cache(maxsize=4)
def year(today: date) -> tuple[Line, ...]:
    """Return the rows of a year that ends yesterday, as stored values in the order of `COLUMNS`."""
    people = [(place, letter, _jobs(letter)) for place, letter in enumerate("abcdefghijkl")]
    lines: list[Line] = []
    for ago in range(YEAR, 0, -1):
        day = today - timedelta(days=ago)
        for place, letter, jobs in people:
            open_ = [job for job in jobs if job.begun >= ago >= job.ended]
            if open_ and _works(place, day):
                lines += _day(place, letter, day, ago, open_)
    return tuple((id, *line) for id, line in enumerate(lines, FIRST_HOURS))


@lru_cache(maxsize=4)
def spans(today: date) -> Mapping[int, tuple[date, date]]:
    """Return the first and last day of hours of each project with any."""
    days = [(int(str(line[2])), str(line[4])) for line in year(today)]
    first, last = dict(reversed(days)), dict(days)
    return {project: (date.fromisoformat(first[project]), date.fromisoformat(last[project])) for project in last}


@lru_cache(maxsize=16)
def image(today: date) -> bytes:
    """Return a database with only these hours; copying it is a hundred times as fast as inserting them."""
    store = Store(None, replace(ACCOUNT, resources=(HOURS,)), clock=lambda: 0)
    try:
        store.pour(HOURS, COLUMNS, year(today))
        return store.image()
    finally:
        store.close()


def lasted(project: int) -> tuple[int, int]:
    """Return how many days ago the work on a project began and ended; one day ago for active projects."""
    began = 380 - 14 * (project - FIRST_PROJECT)
    return began, 1 if PROJECTS[project - FIRST_PROJECT][3] else began // 3 + 1


def _jobs(letter: str) -> list[Job]:
    """Return a person's work on each project, as long as both are active."""
    person = PEOPLE[ord(letter) - ord("a")]
    left = 0 if person.active else person.changed
    jobs = []
    for project, (team, tasks, worked) in TEAMS.items():
        on = {each.lower(): archived for each, archived in letters(team)}
        if not worked or letter not in on:
            continue
        began, ended = lasted(project)
        kept = "".join(each for each, archived in letters(tasks) if not archived)
        archived = "".join(each for each, gone in letters(tasks) if gone)
        until = max(ended, left, ARCHIVED if on[letter] else 0)
        jobs.append(Job(project, min(began, person.joined), until, kept, archived))
    return jobs


def _works(place: int, day: date) -> bool:
    """Return whether a person works: not on holidays, leave or sick days, and rarely at weekends."""
    weekday, luck = day.weekday(), _die(day.toordinal(), place)
    if weekday not in WEEKS[PEOPLE[place].hours] or (day.month, day.day) in HOLIDAYS:
        return weekday == 5 and luck % 150 == 0
    week = day.isocalendar()[1]
    leave = 27 + 2 * (place % 5)
    return week not in (leave, leave + 1, 8 + place) and luck % 50 != 0


def _day(place: int, letter: str, day: date, ago: int, jobs: list[Job]) -> Iterator[Line]:
    """Yield a day's entries: each gets half an hour, and the remaining quarters are distributed one by one."""
    person, on, own = PEOPLE[place], day.isoformat(), BY_PERSON.get(letter, ())
    luck = _die(day.toordinal(), place + 100)
    quarters = 4 * person.hours // len(WEEKS[person.hours]) + luck % 5 - 2
    number = min(4 + luck // 7 % 4, quarters // 2)
    dealt = [2] * number
    for _ in range(quarters - 2 * number):
        luck = luck * 1103515245 + 12345 & MASK
        dealt[(luck >> 16) % number] += 1
    for turn, size in enumerate(dealt):
        luck = _die(luck, turn)
        job = jobs[luck % len(jobs)]
        task = _task(job, person.department, ago, luck >> 8)
        notes = own if own and (luck >> 16) % 4 == 0 else BY_TASK[task]
        place_of_task = ord(task) - ord("a")
        written = f"{on}T{14 + turn}:{10 + (luck >> 4) % 50}:00Z"
        yield (
            FIRST_PERSON + place,
            job.project,
            FIRST_TASK + place_of_task,
            on,
            f"{size // 4}.{QUARTERS[size % 4]}",
            notes[(luck >> 20) % len(notes)],
            int(TASKS[place_of_task][2] and ago > BILLED),
            int(ago > CLOSED),
            0,
            written,
            written,
        )


def _task(job: Job, department: str, ago: int, luck: int) -> str:
    """Return mostly the usual task of the department, now and then another task of the project."""
    tasks = job.tasks + (job.archived if ago > ARCHIVED else "")
    mostly = DOES[department]
    return mostly if mostly in tasks and luck % 3 else tasks[(luck >> 3) % len(tasks)]


def _die(one: int, two: int) -> int:
    """Return a pseudo-random number of 31 bits, always the same for the same arguments."""
    value = (one * 2654435761 ^ two * 2246822519) & MASK
    value = (value ^ value >> 15) * 2246822519 & MASK
    return value ^ value >> 13
