"""Compare rows of a file with the account: new, existing, unclear, or unreadable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from pydantic_core import to_jsonable_python

from harvest_mcp.api import Scan
from harvest_mcp.changes import Step
from harvest_mcp.errors import HarvestMcpError, InvalidArguments, NoMatch
from harvest_mcp.spec import Record, Resource, Scope, System, Value, fields
from harvest_mcp.text.apart import restoring
from harvest_mcp.text.contact_files.rows import ReadRow
from harvest_mcp.text.folding import name as folded
from harvest_mcp.text.render import quoted
from harvest_mcp.text.twins import person
from harvest_mcp.tools.arguments.references import name_and_id, pick
from harvest_mcp.tools.arguments.spellings import said_id
from harvest_mcp.tools.arguments.tolerance import parse
from harvest_mcp.tools.bulk.cards import card, company_column
from harvest_mcp.tools.bulk.imports.fill import filled
from harvest_mcp.tools.records.create import draft_values, twins
from harvest_mcp.tools.tool import Call, Tool

Kind = Resource[Record]
Status = Literal["new", "there", "twice", "unclear", "unreadable"]
REACHED = ("email", "phone")
"""Words in the names of columns with contact details."""
STATUSES: tuple[Status, ...] = ("new", "there", "twice", "unclear", "unreadable")


@dataclass(frozen=True, slots=True)
class Planned:
    """One row, its verdict and the reason; `values` as they would be sent, `company` as a name."""

    row: int
    status: Status
    company: str = ""
    name: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    why: str = ""
    new_company: str = ""
    """The company to create first."""


@dataclass(slots=True)
class Planning:
    """One import being planned: the lists it is compared with, and the rows so far."""

    call: Call
    system: System
    resource: Kind
    creates: Tool
    """The tool that creates one of these; its model checks every row."""
    companies: Scan[Record]
    there: Scan[Record]
    of_all: str = ""
    """The company of rows that name none."""
    new_companies: bool = False
    insist: frozenset[int] = frozenset()
    """Rows to create although they may exist."""
    seen: list[Planned] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    """New companies by their folded names."""

    @property
    def column(self) -> str:
        """The column that refers to the company."""
        return company_column(self.resource)

    @property
    def owner(self) -> Kind:
        """The kind of company."""
        return self.system.resource(str(fields(self.resource.record)[self.column].ref))

    async def all(self, rows: Sequence[ReadRow]) -> list[Planned]:
        """Return the verdict on each row."""
        for row in rows:
            self.seen.append(await self._one(row))
        return self.seen

    async def _one(self, row: ReadRow) -> Planned:
        said = row.values.get("company") or self.of_all
        if row.problem:
            return Planned(row.row, "unreadable", said, why=row.problem)
        try:
            given, left = filled(self.resource, row.values)
            left += row.left
            id, new = self._company(said)
            needed = fields(self.resource.record)[self.column].required
            if needed and not (id or new):
                why = f"it names no {self.owner.word}; {self.owner.noun}=… says one"
                return Planned(row.row, "unclear", name=_name(self.resource, row), why=why)
            values = await self._values(given, id)
        except NoMatch as missed:
            return Planned(row.row, "unclear", said, _name(self.resource, row), why=self._missing(missed))
        except (ValueError, HarvestMcpError) as wrong:
            why = "; ".join(wrong.problems) if isinstance(wrong, InvalidArguments) else str(wrong)
            return Planned(row.row, "unreadable", said, _name(self.resource, row), why=why)
        name = self.resource.name_of(self.resource.record.model_validate({"id": 0, **values}))
        notes = [f"no place for {', '.join(left)}"] if left else []
        notes += [f"its {self.owner.word} is archived"] if self._archived(id) else []
        return self._compared(Planned(row.row, "new", said, name, values, "; ".join(notes), new), id)

    def _archived(self, company: int | None) -> bool:
        return any(restoring(self.owner, row) for row in self.companies.rows if row.id == company)

    def _missing(self, missed: NoMatch) -> str:
        more = f"; new_{self.owner.plural}=true makes one" if not missed.matches and not self.new_companies else ""
        return f"{missed.what} {missed.next.rstrip('.') if more else missed.next}{more}"

    async def _values(self, given: Mapping[str, Any], company: int | None) -> Mapping[str, Value]:
        """Return the values of a new record, checked as by its create tool."""
        argument = fields(self.resource.record)[self.column].argument
        raw = {
            **given,
            **({argument: str(company or 1)} if company or fields(self.resource.record)[self.column].required else {}),
        }
        arguments = parse(self.creates.name, self.creates.arguments, raw)
        values = await draft_values(self.call, self.system, self.resource, arguments.given(), arguments)
        return {name: value for name, value in values.items() if name != self.column or company}

    def _company(self, said: str) -> tuple[int | None, str]:
        """Return the company of a row: an existing one by name or id, or a new one by name.

        Raises:
            NoMatch: none has this name, or several do.
        """
        if not said:
            return None, ""
        try:
            return pick(self.owner, self.companies, said, exact=True), ""
        except NoMatch as missed:
            if (id := said_id(said)) in {row.id for row in self.companies.rows}:
                return id, ""
            if missed.matches or not self.new_companies or not self.companies.whole:
                raise
        key = folded(said).base or folded(said).whole
        return None, self.made.setdefault(key, said)

    def _compared(self, planned: Planned, company: int | None) -> Planned:
        """Return a row as existing, repeated in the file, or unclear, if others resemble it."""
        resource = self.resource
        near = [each for each in self.there.rows if self._at(each, company)] if company else []
        like = twins(near, resource, planned.values) if company or not planned.new_company else []
        if like and planned.row not in self.insist:
            return _as(planned, "there", f"as {name_and_id(resource, like[0])}")
        record = resource.record.model_validate({"id": 0, **planned.values})
        for other in self.seen:
            if other.status == "new" and _company_of(other) == _company_of(planned):
                before = resource.record.model_validate({"id": 0, **other.values})
                if twins([before], resource, planned.values):
                    return _as(planned, "twice", f"as row {other.row}")
        if planned.row in self.insist:
            return planned
        mine, names = card(resource, record, {}), {row.id: self.owner.name_of(row) for row in self.companies.rows}
        for each in self.there.rows:
            if verdict := person(mine, card(resource, each, {})):
                at = names.get(getattr(each, self.column) or 0, "")
                of = f" of {quoted(at)}" if at else ""
                told = f"may be {name_and_id(resource, each)}{of}: {', '.join(verdict.why)}"
                return _as(planned, "unclear", f"{told}; insist=[{planned.row}] makes another")
        return planned

    def _at(self, row: Record, company: int) -> bool:
        return bool(getattr(row, self.column) == company)


def reached(values: Mapping[str, Value]) -> Iterator[str]:
    """Yield the addresses and telephone numbers of a new record and its children."""
    for name, value in values.items():
        if isinstance(value, str) and any(word in name for word in REACHED):
            yield value
        for child in value if isinstance(value, tuple) else ():
            if isinstance(told := getattr(child, "value", None), str):
                yield told


def steps(planned: Sequence[Planned], resource: Kind, owner: Kind, column: str) -> list[Step]:
    """Return what to send: each new company before its first person."""
    made, places = list[Step](), dict[str, int]()
    for each in planned:
        if each.status != "new":
            continue
        if each.new_company and each.new_company not in places:
            places[each.new_company] = len(made)
            name = {owner.label[0]: each.new_company}
            made.append(
                Step(verb="create", noun=owner.noun, values=name, says=f"{owner.word} {quoted(each.new_company)}")
            )
        made.append(
            Step(
                verb="create",
                noun=resource.noun,
                row=each.row,
                values=to_jsonable_python(dict(each.values)),
                refs={column: places[each.new_company]} if each.new_company else {},
                says=f"{resource.word} {quoted(each.name)}" + (f", {each.company}" if each.company else ""),
            )
        )
    return made


def _as(planned: Planned, status: Status, why: str) -> Planned:
    return Planned(planned.row, status, planned.company, planned.name, planned.values, why, planned.new_company)


def _company_of(planned: Planned) -> str:
    return folded(planned.company).base or folded(planned.company).whole


def _name(resource: Kind, row: ReadRow) -> str:
    return " ".join(filter(None, (row.values.get(column, "") for column in resource.label))) or row.values.get(
        "name", ""
    )


async def lists(call: Call, system: System, resource: Kind, owner: Kind) -> tuple[Scan[Record], Scan[Record]]:
    """Return all companies and all persons, to compare rows with."""
    api = call.api(system)
    companies, persons = await api.all_of(*(partial(api.scan, Scope(each)) for each in (owner, resource)))
    return companies, persons
