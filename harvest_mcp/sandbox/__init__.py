"""Faithful local accounts to develop, test and demonstrate against: Harvest's over v1 and v2, and incwo's.

sandbox = open_account()                     # or open_account("account.db", profile="classic")
sandbox = open_harvest_v2()                  # the same account over v2: JSON, a bearer token and ACCOUNT_ID
sandbox = open_incwo(switches=Switches.parse(["nested=append", "page_size=5"]))
httpx.ASGITransport(app=sandbox)             # in process
with running(sandbox) as url: ...            # over a socket, in a thread; incwo's is at f"{url}/{TENANT}"
sandbox.fail(Fault("drop", method="POST"))   # the next POST gets no answer
sandbox.calm()                               # disarm all faults, end all delays
sandbox.seen[-1].status, sandbox.rows(CLIENTS)
"""

from typing import TYPE_CHECKING

from harvest_mcp.sandbox.app import Sandbox
from harvest_mcp.sandbox.call_log import LoggedCall
from harvest_mcp.sandbox.credentials import Credentials
from harvest_mcp.sandbox.faults import Fault
from harvest_mcp.sandbox.harvest import logins
from harvest_mcp.sandbox.harvest.logins import ADMIN, MANAGER, MEMBER, Login
from harvest_mcp.sandbox.harvest.world import open_account
from harvest_mcp.sandbox.server import running, serve

if TYPE_CHECKING:
    from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID, open_harvest_v2
    from harvest_mcp.sandbox.incwo import INCWO_LOGIN, TENANT, Switches, open_incwo

__all__ = [
    "ACCOUNT_ID",
    "ADMIN",
    "INCWO_LOGIN",
    "MANAGER",
    "MEMBER",
    "TENANT",
    "Credentials",
    "Fault",
    "LoggedCall",
    "Login",
    "Sandbox",
    "Switches",
    "logins",
    "open_account",
    "open_harvest_v2",
    "open_incwo",
    "running",
    "serve",
]


def __getattr__(name: str) -> object:
    """Import the names of incwo and v2 on first use: an account of v1 opens without them."""
    if name not in __all__:
        raise AttributeError(name)
    if name in ("ACCOUNT_ID", "open_harvest_v2"):
        from harvest_mcp.sandbox import harvest_v2  # noqa: PLC0415 - see above

        return getattr(harvest_v2, name)
    from harvest_mcp.sandbox import incwo  # noqa: PLC0415 - see above

    return getattr(incwo, name)
