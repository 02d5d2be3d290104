"""What lays a new SQLite file out, without SQLAlchemy: `python -m tests.documents` makes it anew."""

import re

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from harvest_mcp.state import schema, steps
from harvest_mcp.state.sqlite import FRESH


def content() -> str:
    """Return the statements that `layout` gives such a file."""
    made: list[str] = []
    for table in schema.tables.sorted_tables:
        indices = sorted(table.indexes, key=lambda each: str(each.name))
        statements: list[DDLElement] = [CreateTable(table), *map(CreateIndex, indices)]
        made += [str(each.compile(dialect=sqlite.dialect())) for each in statements]
    for name, value in (("version", steps.VERSION), ("tick", 0)):
        made.append(f"INSERT INTO meta (name, value) VALUES ('{name}', {value})")  # noqa: S608 - our own
    return ";\n".join(re.sub(r"\s*\n", "\n", each.strip()) for each in made) + "\n"


def renew() -> None:
    """Write the file."""
    FRESH.write_text(content(), "utf-8")
