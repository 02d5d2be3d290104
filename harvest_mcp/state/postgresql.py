"""The state store in a PostgreSQL database, for servers on several machines: a schema of its own, and an engine."""

from typing import TYPE_CHECKING, Any

from harvest_mcp.errors import StateError
from harvest_mcp.state.words import MEND

if TYPE_CHECKING:
    from sqlalchemy import Engine

SCHEMA = "harvest_mcp"
POOL = {"pool_size": 4, "max_overflow": 0, "pool_pre_ping": True}
"""At most four connections for one server: several on one database must not use up what it admits."""
CONNECT = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,  # ms; a server that went without a word
    "prepare_threshold": None,  # a pooler in between lends one connection to many
}
# For the transaction only, because of poolers again; in UTC, since pyrate-limiter's columns know no time zone.
BEGIN = f"SET LOCAL search_path TO {SCHEMA}; SET LOCAL timezone TO 'UTC'; SET LOCAL lock_timeout TO '10s'"


def engine(url: str) -> "Engine":
    """Return an engine over the schema of our own, which is made when it is not there.

    Raises:
        StateError: the driver is not installed, or the address is none.
    """
    from sqlalchemy import create_engine, event  # noqa: PLC0415 - half a second, and only for a write

    try:
        made = create_engine(f"postgresql+psycopg://{url.split('://', 1)[1]}", connect_args=CONNECT, **POOL)
    except ImportError:
        raise StateError(
            "The state store is in PostgreSQL, and the driver for it is not installed.",
            next="Install this package's extra: `pip install '.[postgresql]'` in its clone. Reading goes on.",
        ) from None
    except ValueError:  # a port that is no number, say
        raise StateError("HARVEST_MCP_STATE is not an address of PostgreSQL.", next=MEND) from None

    @event.listens_for(made, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(BEGIN)

    return made
