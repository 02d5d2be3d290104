"""What is wrong with a state store, in a few words: never a statement, a value or a credential."""

from typing import Any

MEND = "Repair it or name another with HARVEST_MCP_STATE; `harvest-mcp doctor` checks it. Reading goes on."

# By the beginning of SQLite's error name, or of PostgreSQL's SQLSTATE.
CODES = (
    ("SQLITE_NOTADB", "the file is not a state store, or is damaged"),
    ("SQLITE_CORRUPT", "the file is damaged"),
    ("SQLITE_ERROR", "the file is not laid out as it should be"),
    ("SQLITE_READONLY", "it is read-only"),
    ("SQLITE_FULL", "the disk is full"),
    ("SQLITE_BUSY", "another process keeps it busy"),
    ("SQLITE_CANTOPEN", "it cannot be opened, or its folder not written to"),
    ("SQLITE_IOERR", "the disk fails"),
    ("08", "the database server cannot be reached"),
    ("25006", "it is read-only"),
    ("28", "the database server does not accept the credentials"),
    ("3D000", "the database server has no such database"),
    ("42501", "its user may not write there"),
    ("42", "the database is not laid out as it should be"),
    ("53100", "the disk of the database server is full"),
    ("53", "the database server is out of resources"),
    ("55P03", "another process keeps it busy"),
    ("57P", "the database server is stopping"),
)

# An error of a failed connection has no code, only the server's text.
TEXTS = (
    ("password authentication failed", "the database server does not accept the credentials"),
    ("no password supplied", "the database server does not accept the credentials"),
    ("pg_hba.conf", "the database server does not accept the credentials"),
    ('role "', "the database server does not accept the credentials"),
    ('database "', "the database server has no such database"),
    ("too many clients", "the database server is out of resources"),
    ("SSL", "the database server does not speak TLS as asked"),
)


def why(error: Exception) -> str:
    """Return the cause of a database or file system error."""
    cause: Any = error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    for mark, words in CODES:
        if code.startswith(mark):
            return words
    if isinstance(error, UnicodeDecodeError):
        return "the file is damaged"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    if type(cause).__module__.startswith("psycopg"):
        return next((words for mark, words in TEXTS if mark in str(cause)), "the database server cannot be reached")
    return f"{type(cause).__name__}{f' {code}' if code else ''}"
