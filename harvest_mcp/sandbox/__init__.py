"""A faithful local Harvest account, to develop, test and demonstrate against.

sandbox = open_account()                     # or open_account("account.db", profile="classic")
httpx.ASGITransport(app=sandbox)             # in process
with running(sandbox) as url: ...            # over a socket, in a thread
sandbox.fail(Fault("drop", method="POST"))   # the next POST gets no answer
sandbox.seen[-1].status, sandbox.rows(CLIENTS)
"""

from harvest_mcp.sandbox.app import Sandbox, open_account
from harvest_mcp.sandbox.faults import Fault
from harvest_mcp.sandbox.people import ADMIN, MANAGER, MEMBER, Login
from harvest_mcp.sandbox.seen import Seen
from harvest_mcp.sandbox.server import running, serve

__all__ = ["ADMIN", "MANAGER", "MEMBER", "Fault", "Login", "Sandbox", "Seen", "open_account", "running", "serve"]
