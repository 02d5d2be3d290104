"""`python -m tests.state` prints the tables of today's version as SQL, for the file a release keeps of its own."""

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from harvest_mcp.state import schema


def layout() -> str:
    """The statements, one a paragraph."""
    dialect = sqlite.dialect()
    made = []
    for table in schema.tables.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in indexes)
    return "\n\n".join("\n".join(line.rstrip() for line in each.strip().splitlines()) + ";" for each in made) + "\n"


if __name__ == "__main__":
    print(layout(), end="")
