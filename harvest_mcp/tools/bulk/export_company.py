"""`export_client`: a company with everything of theirs, contacts to hours, as a workbook or a file of each."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from harvest_mcp.errors import CallFailed, Forbidden, Incomplete, NotFound
from harvest_mcp.spec import Record, Report, Resource, Scope, System, Value, fields
from harvest_mcp.text.render import count
from harvest_mcp.text.sheets import CSV, XLSX, Sheet
from harvest_mcp.tools.arguments.dates_and_hours import resolve_dates
from harvest_mcp.tools.arguments.model import Argument, key, model
from harvest_mcp.tools.arguments.references import name_and_id, resolve_id
from harvest_mcp.tools.bulk.export import as_sheet, names_beside, unread
from harvest_mcp.tools.bulk.naming import BULK, one_of
from harvest_mcp.tools.files.giving import give_sheets
from harvest_mcp.tools.reports.other_lists import Lists
from harvest_mcp.tools.reports.question import ALL_TIME, Period, ReportQuestion
from harvest_mcp.tools.reports.reading import Reading
from harvest_mcp.tools.reports.tool import DAYS, report_period
from harvest_mcp.tools.tool import Answer, Arguments, Call, Hints, Tool

Kind = Resource[Record]
NARROWER = "Take the hours of a period, or single lists by export_records"


def company_export_tool(system: System, company: Kind) -> Tool:
    """Return the tool."""
    name, reports = system.tool("export", company), reports_of(system, company)
    days = DAYS if reports else ()
    takes = [key(company, named=True), Argument("format", one_of((CSV, XLSX)), "csv, the default, is a zip"), *days]

    async def run(call: Call, arguments: Arguments) -> Answer:
        given, api = await resolve_dates(call, system, arguments), call.api(system)
        limited = {each.name for each in days} & given.keys()
        period = await report_period(call, system, name, given, list(type(arguments).model_fields)) if limited else None
        id = await resolve_id(api, company, given[company.key])
        row = await api.get(Scope(company), id)
        kinds, lists = kinds_of(system, company), Lists(api)

        async def said(done: int) -> None:
            if done < len(kinds):
                await call.progress(f"Reading {kinds[done].words}")

        found = await api.all_of(
            *(partial(_read, kind, partial(_listed, call, system, company, kind, id)) for kind in kinds),
            *(partial(_read, of.rows, partial(_rows, call, lists, of, company, id, period)) for of in reports),
            done=said,
        )
        every = list(zip([*kinds, *(report.rows for report in reports)], found, strict=True))
        theirs = [(company, [row]), *((kind, rows) for kind, rows in every if rows is not None)]
        apart = [kind.words for kind, rows in every if rows is None]
        sheets = [await _sheet(call, system, kind, rows) for kind, rows in theirs]
        file = await give_sheets(
            call, given.get("format", CSV), sheets, company.noun, company.name_of(row), narrower=NARROWER
        )
        counts = ", ".join(count(len(rows), kind.word, kind.words) for kind, rows in theirs[1:])
        hidden = f" Not shown to this user, and left out: {', '.join(apart)}." if apart else ""
        of = f"; time and expenses of {period}" if period else ""
        lost = "".join(f"; {kind.words}{doubt}" for kind, rows in theirs if (doubt := unread(kind, rows)))
        told = f"Exported {name_and_id(company, row)} with {counts}{of} as {file.told}{lost}.{hidden}"
        return Answer(told, file.attached)

    return Tool(
        name=name,
        says=f"Export {system.one(company)} with all that is theirs as one file.",
        toolset=BULK,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )


def kinds_of(system: System, company: Kind) -> list[Kind]:
    """Return the kinds with a list of their own that have a column for the company."""
    listed = (each for each in system.resources if "list" in each.verbs and not each.place)
    return [each for each in listed if any(_columns(each, company))]


def reports_of(system: System, company: Kind) -> list[Report]:
    """Return the reports with rows of the company."""
    return [each for each in system.reports if any(side.noun == company.noun for side in each.sides)]


def _columns(kind: Kind, company: Kind) -> Iterator[str]:
    return (item.name for item in fields(kind.record).values() if item.ref == company.noun)


async def _read(kind: Kind, read: Callable[[], Awaitable[list[Record]]]) -> list[Record] | None:
    """Return the records of one kind; None if this user may not see them.

    Raises:
        Incomplete: not all of them could be read.
    """
    try:
        return await read()
    except (NotFound, Forbidden):
        return None
    except CallFailed as why:
        raise Incomplete(f"The list of {kind.words}", why, read="") from None


async def _listed(call: Call, system: System, company: Kind, kind: Kind, id: int) -> list[Record]:
    """Return the company's records of a list, filtered by the vendor if possible."""
    columns = [*_columns(kind, company)]
    narrows = [each for each in kind.filters if each.ref == company.noun and len(columns) == 1]
    where: dict[str, Value] = {narrows[0].name: id} if narrows else {}
    found = await call.api(system).scan(Scope(kind), where=where)
    return [row for row in found.every(kind.words) if any(getattr(row, column) == id for column in columns)]


async def _rows(
    call: Call, lists: Lists, report: Report, company: Kind, id: int, period: Period | None
) -> list[Record]:
    """Return the report's rows of the company, with all columns, by day."""
    side = next(each.name for each in report.sides if each.noun == company.noun)
    asked = ReportQuestion(report, period or ALL_TIME, {side: (id,)}, {}, ())
    rows = await Reading(asked, lists, call.progress, whole=True).all()
    return sorted(rows, key=lambda row: (getattr(row, report.day), row.id))


async def _sheet(call: Call, system: System, kind: Kind, rows: list[Record]) -> Sheet:
    return as_sheet(kind, rows, await names_beside(call, system, kind))
