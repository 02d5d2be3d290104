"""`import_contacts`: rows, a table or vCards; first a plan, then, once confirmed, all of it as one change."""

import base64
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field as Bound

from harvest_mcp.changes import ChangeSetDraft, Step
from harvest_mcp.changes.looking import typed
from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import Record, Resource, Scope, System, fields
from harvest_mcp.text.contact_files.encodings import decoded
from harvest_mcp.text.contact_files.rows import COLUMNS, ReadFile, ReadRow
from harvest_mcp.text.contact_files.tables import table
from harvest_mcp.text.contact_files.vcards import is_vcard, vcards
from harvest_mcp.text.render import as_csv, count, quoted
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.arguments.value_types import BYTES, LINE_TEXT, LINES_TEXT, REFERENCES, TRUTH, WORD, WORDS, Taken
from harvest_mcp.tools.bulk.asking import agreed, kept
from harvest_mcp.tools.bulk.cards import company_column
from harvest_mcp.tools.bulk.carrying import MOST_ROWS, carried
from harvest_mcp.tools.bulk.imports.planning import STATUSES, Planned, Planning, lists, reached, steps
from harvest_mcp.tools.bulk.naming import BULK, MUCH_TEXT, tool_name
from harvest_mcp.tools.records.create import create_tool, near, twins
from harvest_mcp.tools.tool import Arguments, Call, Hints, Tool

Kind = Resource[Record]
_CELLS = [Argument(column, LINES_TEXT if column == "comment" else LINE_TEXT) for column in COLUMNS]
ROWS: Any = Annotated[
    list[model("row", *_CELLS)],  # type: ignore[misc]  # made at run time
    Bound(min_length=1, max_length=1000),
    Taken("children"),
]
SHOWN = ("row", "status", "company", "name", "why")
SOURCES = ("text", "data", "rows")


def import_tool(system: System, resource: Kind) -> Tool:
    """Return the tool that imports one kind of person."""
    name, column = tool_name(system, "import", resource.plural), company_column(resource)
    owner = system.resource(str(fields(resource.record)[column].ref))
    creates = create_tool(system, resource)
    takes = [
        Argument("text", MUCH_TEXT, "CSV with headers, or vCards"),
        Argument("data", BYTES, "or such a file, base64"),
        Argument("rows", ROWS, "or rows: first_name, last_name, company, email, phone_mobile…"),
        Argument(owner.noun, WORD, "of rows that name none"),
        Argument(f"new_{owner.plural}", TRUTH, f"make a {owner.word} that is not there"),
        Argument("columns", WORDS, 'what a header means: "Kunde=company"; "Kunde=" for nothing'),
        Argument("insist", REFERENCES, "rows that are new although they may be there"),
        Argument("plan", WORD, "of an earlier answer: asks a person, and carries it out or goes on with it"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, known_names = arguments.given(), list(type(arguments).model_fields)
        if "plan" in given:
            return await _carried_out(call, system, given, known_names)
        read = _read(name, given, known_names)
        planning = Planning(
            call,
            system,
            resource,
            creates,
            *await lists(call, system, resource, owner),
            of_all=given.get(owner.noun, ""),
            new_companies=bool(given.get(f"new_{owner.plural}")),
            insist=_rows(name, given.get("insist", ()), known_names),
        )
        return await _planned(planning, read, column)

    return Tool(
        name=name,
        says=f"Import {system.words(resource)} from rows, CSV or vCards: a plan first; with plan it asks a person.",
        toolset=BULK,
        hints=Hints(destroys=True),
        arguments=model(name, *takes, asks=True),
        run=run,
        untouched="Nothing was imported.",
    )


async def _planned(planning: Planning, read: ReadFile, column: str) -> str:
    """Return the verdict on every row, and store the plan if anything is new."""
    call, system, resource, owner = planning.call, planning.system, planning.resource, planning.owner
    planned = await planning.all(read.rows)
    made = steps(planned, resource, owner, column)
    partly = [each.told for each in (planning.companies, planning.there) if not each.whole]
    head = _head(read, planned, partly)
    if not made:
        return f"# Nothing to import: {head}\n{_table(planned)}"
    draft = ChangeSetDraft(tool=call.tool, says=_says(system, resource, owner, planned, made), steps=made)
    plan = await call.journal(system).plan(draft)
    first = f'# Plan {plan.plan}: {call.tool}(plan="{plan.plan}") asks a person and carries it out. {head}'
    return f"{first}\n{_table(planned)}"


async def _carried_out(call: Call, system: System, given: Mapping[str, Any], known_names: Sequence[str]) -> str:
    """Carry out a plan once confirmed, or continue one that was interrupted."""
    plan = await kept(call, system, given, known_names)

    async def check(planned: Sequence[Step]) -> Sequence[str]:
        return await not_new(call, system, planned)

    batch = await agreed(call, system, plan, given, check)
    return await carried(call, system, batch)


async def not_new(call: Call, system: System, planned: Sequence[Step]) -> list[str]:
    """Return the records of a plan that exist by now."""
    problems = list[str]()
    for noun in dict.fromkeys(step.noun for step in planned):
        resource = system.resource(noun)
        rows = (await call.api(system).scan(Scope(resource))).rows
        for step in (each for each in planned if each.noun == noun and not each.refs):
            values = typed(resource, step.values)
            if like := twins(near(resource, rows, values), resource, values):
                problems.append(f"{step.says} is there by now as {name_and_id(resource, like[0])}.")
    return problems


def _read(name: str, given: Mapping[str, Any], known_names: Sequence[str]) -> ReadFile:
    """Return the rows in the arguments.

    Raises:
        InvalidArguments: there are none, or more than one change may have.
    """
    sources = [each for each in SOURCES if each in given]
    if len(sources) != 1:
        raise InvalidArguments(name, ["takes one of text, data and rows, or plan alone"], known=known_names)
    try:
        read = _understood(given, _columns(given.get("columns", ())))
    except ValueError as why:
        raise InvalidArguments(name, [f"{sources[0]} cannot be read: {why}"], known=known_names) from None
    if len(read.rows) > MOST_ROWS:
        many = f"{len(read.rows)} rows are more than the {MOST_ROWS} of one change"
        raise InvalidArguments(name, [f"{many}; import them in parts"], known=known_names)
    return read


def _understood(given: Mapping[str, Any], named: Mapping[str, str]) -> ReadFile:
    if "rows" in given:
        return ReadFile([_row(at, row.given()) for at, row in enumerate(given["rows"], 1)])
    text, encoding = given.get("text", ""), ""
    if "data" in given:
        text, encoding = decoded(base64.b64decode(given["data"]))
    text = text.removeprefix("\ufeff")
    read = vcards(text) if is_vcard(text) else table(text, named)
    return ReadFile(read.rows, [*([encoding] if encoding else []), *read.understood])


def _row(at: int, row: Mapping[str, Any]) -> ReadRow:
    values = {str(name): str(value).strip() for name, value in row.items() if str(value or "").strip()}
    unknown = [name for name in values if name not in COLUMNS]
    return ReadRow(at, values, f"it has {', '.join(unknown)}; known are {', '.join(COLUMNS)}" if unknown else "")


def _rows(name: str, said: Sequence[str], known_names: Sequence[str]) -> frozenset[int]:
    if wrong := [each for each in said if not each.isdecimal()]:
        raise InvalidArguments(name, [f"insist takes numbers of rows, not {wrong[0]!r}"], known=known_names)
    return frozenset(map(int, said))


def _columns(said: Sequence[str]) -> dict[str, str]:
    """Return what headers mean, as the caller says.

    Raises:
        ValueError: a contact has no such column.
    """
    told = {header.strip(): column.strip() for header, _, column in (each.rpartition("=") for each in said)}
    if wrong := [column for column in told.values() if column and column not in COLUMNS]:
        raise ValueError(f"{', '.join(wrong)} is no column; they are {', '.join(COLUMNS)}")
    return told


def _head(read: ReadFile, planned: Sequence[Planned], partly: Sequence[str]) -> str:
    counts = {status: sum(each.status == status for each in planned) for status in STATUSES}
    parts = ", ".join(f"{many} {status}" for status, many in counts.items() if many)
    said = [f"{count(len(planned), 'row')}{f': {parts}' if parts else ''}"]
    if new := len({each.new_company for each in planned if each.status == "new" and each.new_company}):
        said.append(f"{count(new, 'new company', 'new companies')}")
    if read.understood:
        said.append(f"read as {'; '.join(read.understood)}")
    said += [f"{each}, so others may be there" for each in partly]
    return ". ".join(said)


def _table(planned: Sequence[Planned]) -> str:
    """Return every row, undecided ones first, then by company."""
    order = {status: at for at, status in enumerate(("unclear", "unreadable", "new", "twice", "there"))}
    ranked = sorted(planned, key=lambda each: (order[each.status], each.company, each.row))
    rows = [(each.row, each.status, each.company, each.name, each.why) for each in ranked]
    table_, shown = as_csv(SHOWN, rows)
    return table_ if shown == len(rows) else f"{table_}# {len(rows) - shown} rows more"


def _says(system: System, resource: Kind, owner: Kind, planned: Sequence[Planned], made: Sequence[Step]) -> str:
    """Return the question: who is created at which company."""
    by: dict[str, list[str]] = {}
    for each in planned:
        if each.status == "new":
            by.setdefault(_at(each), []).append(_person(each))
    firsts = [step for step in made if step.noun == owner.noun]
    persons = sum(map(len, by.values()))
    what = f"Import {count(persons, system.word(resource), system.words(resource))}"
    what += f" and {count(len(firsts), f'new {owner.word}', f'new {owner.words}')}" if firsts else ""
    told_ = [f"{company}: {', '.join(each)}" if company else ", ".join(each) for company, each in by.items()]
    return f"{what}? {'; '.join(told_)}."


def _at(each: Planned) -> str:
    """Return the company of a row for people; one to be created is marked so."""
    if each.new_company:
        return f"new {quoted(each.new_company, most=None)}"
    return quoted(each.company, most=None) if each.company else ""


def _person(each: Planned) -> str:
    """Return who is created, with addresses and telephone numbers to recognise them by."""
    by = ", ".join(map(quoted, reached(each.values)))
    return f"{quoted(each.name, most=None)} ({by})" if by else quoted(each.name, most=None)
