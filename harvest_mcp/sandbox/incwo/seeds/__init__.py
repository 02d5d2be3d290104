"""The company's rows as tables of text: cells separated by bars, ` / ` for a line break.

Cells have the format of the API; besides, `-` is none, `@-30` the day thirty days ago, `@m1` the first day of the
previous month, and `#3` the id of the row at that position in the table that the column refers to.
"""

from collections.abc import Iterator


def cells(line: str) -> list[str]:
    return ["" if cell == "-" else cell.replace(" / ", "\n") for cell in line.split(" | ")]


def table(text: str) -> Iterator[list[str]]:
    """Yield the rows of a table, each padded to nine cells."""
    for line in text.strip().splitlines():
        found = cells(line)
        yield found + [""] * (9 - len(found))


def records(text: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table whose first line names the columns, without empty cells."""
    names, *lines = text.strip().splitlines()
    for line in lines:
        yield {name: cell for name, cell in zip(names.split(" | "), cells(line), strict=True) if cell}
