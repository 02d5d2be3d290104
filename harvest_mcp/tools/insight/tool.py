"""A tool of several answers over the books of an account: which one, over which days, and as a file too."""

from collections.abc import Awaitable, Callable, Mapping

from harvest_mcp.errors import InvalidArguments
from harvest_mcp.spec import System
from harvest_mcp.tools.arguments.model import Argument, model
from harvest_mcp.tools.bulk.naming import one_of
from harvest_mcp.tools.files.giving import EXPORT
from harvest_mcp.tools.insight.answers import AnswerTable
from harvest_mcp.tools.insight.reading import Books
from harvest_mcp.tools.reports import periods
from harvest_mcp.tools.reports.question import Period
from harvest_mcp.tools.tool import Answer, Arguments, Call, Hints, Tool

Untimed = Mapping[str, Callable[[Books], Awaitable[AnswerTable]]]
Timed = Mapping[str, Callable[[Books, Period], Awaitable[AnswerTable]]]


def answers_tool(system: System, name: str, says: str, *, untimed: Untimed, timed: Timed, over: str) -> Tool:
    """Return the tool whose `of` chooses an answer, the first of the untimed by default.

    `over` is what an untimed one is over.
    """
    first, several = next(iter(untimed)), " and ".join(timed)
    takes = [
        Argument("of", one_of({**untimed, **timed}), f"default {first}"),
        Argument("period", periods.PERIOD, f"of {several}: e.g. last month, 2026-Q1"),
        EXPORT,
    ]

    async def run(call: Call, arguments: Arguments) -> Answer:
        given = arguments.given()
        of = given.get("of", first)
        if (of in timed) != ("period" in given):
            why = f"{of} takes a period" if of in timed else f"{of} is {over}, and takes no period"
            raise InvalidArguments(name, [why], known=list(type(arguments).model_fields))
        books = Books.of(call, system)
        if of in untimed:
            return await books.answer(await untimed[of](books), given, name, of)
        period = await books.period(given["period"])
        return await books.answer(await timed[of](books, period), given, name, of, str(period))

    return Tool(
        name=name,
        says=says,
        toolset="insight",
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, *takes),
        run=run,
    )
