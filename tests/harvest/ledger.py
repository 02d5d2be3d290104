"""What the tests of reports share: a busy account in a file, and the same sums by plain SQL on its database."""

import csv
import random
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from harvest_mcp.sandbox import Sandbox
from harvest_mcp.sandbox.harvest.hours import HOURS
from harvest_mcp.spec import Value
from harvest_mcp.systems.harvest import PEOPLE, PROJECTS, TASKS

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIRST, LAST = date(2025, 11, 21), date(2026, 11, 21)

Money = dict[str, Decimal]
Values = dict[str, Value]
Groups = dict[tuple[str, ...], "Row"]


@dataclass
class Row:
    """The figures of one group, by column; amounts by currency."""

    units: dict[str, Decimal] = field(default_factory=dict)
    money: dict[str, Money] = field(default_factory=dict)

    def told(self) -> tuple[dict[str, Decimal], dict[str, Money]]:
        """Without zeros, which one side leaves out and the other writes."""
        money = {name: {code: value for code, value in each.items() if value} for name, each in self.money.items()}
        return {name: value for name, value in self.units.items() if value}, {k: v for k, v in money.items() if v}


def clear(sandbox: Sandbox) -> None:
    """Take out all time there is, at once: one by one takes a third of a second."""
    with sandbox.store.writing():
        sandbox.store._db.execute(f'DELETE FROM "{HOURS.plural}"')  # noqa: S608 - the record's own name


def entry(sandbox: Sandbox, person: int, project: int, task: int, hours: str, day: str = "2026-11-16") -> None:
    """Put in one entry, not billed."""
    row: Values = {"user_id": person, "project_id": project, "task_id": task, "hours": Decimal(hours), "notes": ""}
    told: Values = {"spent_at": date.fromisoformat(day), "is_billed": False, "is_closed": False}
    sandbox.put(HOURS, **row, **told)


def fill(sandbox: Sandbox, rows: int, *, seed: int = 1, only: int = 0) -> None:
    """So many entries of a year in place of those there are: billed, approved or not, of odd lengths, corrections.

    `only` is the project they are all of.
    """
    clear(sandbox)
    chance = random.Random(seed)
    kinds = (PEOPLE, PROJECTS, TASKS)
    people, projects, tasks = ([int(str(row["id"])) for row in sandbox.rows(kind)] for kind in kinds)
    projects = [only] if only else projects
    days = (LAST - FIRST).days
    with sandbox.store.writing():
        for number in range(rows):
            sandbox.put(
                HOURS,
                user_id=chance.choice(people),
                project_id=chance.choice(projects),
                task_id=chance.choice(tasks),
                spent_at=FIRST + timedelta(days=chance.randint(0, days)),
                hours=Decimal(chance.randint(-50 if number % 40 == 0 else 1, 1200)) / 100,
                notes="",
                is_billed=chance.random() < 0.4,
                is_closed=chance.random() < 0.5,
                adjustment_record=False,
            )


def multiply(sandbox: Sandbox, times: int) -> None:
    """Every entry so many times in all, copied at once: put in one by one, 9,000 take three seconds."""
    columns = ", ".join(
        f'"{name}"' for _, name, *_ in sandbox.store._db.execute("PRAGMA table_info(hours)") if name != "id"
    )
    with sandbox.store.writing():
        more = " UNION ALL ".join([f"SELECT {columns} FROM hours"] * (times - 1))  # noqa: S608 - the record's own names
        sandbox.store._db.execute(f"INSERT INTO hours ({columns}) {more}")


TIME = """
WITH told AS (
  SELECT h.user_id AS person, h.project_id AS project, h.task_id AS task, p.client_id AS client, h.spent_at AS day,
    CAST(ROUND(h.hours * 100) AS INTEGER) AS cents, h.is_billed AS billed, h.is_closed AS closed, p.bill_by,
    COALESCE(p.billable, 0) AND COALESCE(ta.billable, 0) AS billable, substr(c.currency, -3) AS currency,
    CASE p.bill_by WHEN 'Tasks' THEN ta.hourly_rate WHEN 'People' THEN ua.hourly_rate
      WHEN 'Project' THEN p.hourly_rate END AS rate
  FROM hours h JOIN projects p ON p.id = h.project_id JOIN clients c ON c.id = p.client_id
  LEFT JOIN task_assignments ta ON ta.project_id = h.project_id AND ta.task_id = h.task_id
  LEFT JOIN user_assignments ua ON ua.project_id = h.project_id AND ua.user_id = h.user_id
), rows AS (
  SELECT *, CASE WHEN billed THEN 'billed' WHEN billable THEN 'unbilled' ELSE 'nonbillable' END AS state,
    CASE WHEN billable AND rate IS NOT NULL THEN CAST(ROUND(rate * 100) AS INTEGER) END AS price FROM told
)
SELECT {keys}, state, currency, SUM(cents), SUM(CASE WHEN state <> 'nonbillable' THEN cents * price END),
  SUM(CASE WHEN state <> 'nonbillable' AND price IS NULL THEN cents ELSE 0 END)
FROM rows WHERE {where} GROUP BY {keys}, state, currency
"""
EXPENSES = """
WITH rows AS (
  SELECT e.user_id AS person, e.project_id AS project, e.expense_category_id AS category, p.client_id AS client,
    e.spent_at AS day, e.is_closed AS closed, e.billable, e.invoice_id > 0 AS billed,
    CASE WHEN e.invoice_id > 0 THEN 'billed' WHEN e.billable THEN 'unbilled' ELSE 'nonbillable' END AS state,
    substr(c.currency, -3) AS currency, CAST(ROUND(e.total_cost * 100) AS INTEGER) AS cents
  FROM expenses e JOIN projects p ON p.id = e.project_id JOIN clients c ON c.id = p.client_id
)
SELECT {keys}, state, currency, 0, SUM(cents) * 100, 0 FROM rows WHERE {where} GROUP BY {keys}, state, currency
"""
SQL = {"report_time": TIME, "report_expenses": EXPENSES}
KEYS = {"month": "substr(day, 1, 7)", "week": "week(day)"}
STATES = ("billed", "unbilled", "nonbillable")


def expected(path: str, tool: str, given: Mapping[str, Any]) -> Groups:
    """The groups of a report and its total, under `("total",)`, by SQL alone, in hundredths."""
    by = given.get("group_by", [])
    keys = ", ".join(KEYS.get(name, name) for name in by) or "'total'"
    names = ("client", "project", "person", "task", "category", "billable", "billed", "closed")
    where = ["day BETWEEN :since AND :until", *(f"{name} = :{name}" for name in names if name in given)]
    values = {name: value for name, value in given.items() if name not in ("group_by", "chart")}
    with closing(sqlite3.connect(path)) as database:
        database.create_function("week", 1, _week)
        found = database.execute(SQL[tool].format(keys=keys, where=" AND ".join(where)), values).fetchall()
    groups: Groups = {("total",): Row()}
    for *key, state, currency, units, money, unpriced in found:
        told = tuple(_told(name, each) for name, each in zip(by, key, strict=False))
        for place in {told or ("total",), ("total",)}:
            _add(groups.setdefault(place, Row()), state, currency, (units, money or 0, unpriced))
    return groups


def _add(row: Row, state: str, currency: str, figures: tuple[int, int, int]) -> None:
    units, money, unpriced = (Decimal(each) / scale for each, scale in zip(figures, (100, 10_000, 100), strict=True))
    for name, value in (("hours", units), (f"{state}_hours", units), ("unpriced_hours", unpriced)):
        row.units[name] = row.units.get(name, Decimal(0)) + value
    for name in ("amount", f"{state}_amount"):
        part = row.money.setdefault(name, {})
        part[currency] = part.get(currency, Decimal(0)) + money


def _week(day: str) -> str:
    return date.fromisoformat(day).strftime("%G-W%V")


def _told(name: str, key: object) -> str:
    return ("false", "true")[int(str(key))] if name in ("billable", "billed", "closed") else str(key)


def groups(answer: str, by: Sequence[str]) -> Groups:
    """The groups of an answer, by ids, and its total."""
    found: Groups = {}
    for line in csv.DictReader(answer.splitlines()[1:]):
        first = next(iter(line.values()))
        key = ("total",) if first == "total" else tuple(line.get(f"{name}_id", line.get(name, "")) for name in by)
        units = {name: Decimal(text) for name, text in line.items() if name.endswith("hours")}
        money = {name: _money(text) for name, text in line.items() if name.endswith("amount")}
        assert key not in found
        found[key] = Row(units, money)
    return found


def _money(text: str) -> Money:
    parts = (each.split(" ") for each in text.split("; ") if each)
    return {code: Decimal(value) for value, code in parts}
