"""What the tests of v2's tools share: the studio over v2, and who calls there."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from harvest_mcp.gateway import Account
from harvest_mcp.sandbox import ADMIN, Login, Sandbox
from harvest_mcp.sandbox.harvest_v2 import ACCOUNT_ID
from harvest_mcp.spec import System
from harvest_mcp.systems.harvest.v2 import HARVEST_V2

from ..conftest import Reply, Talk, talking

SUPRCORP, ACME, JANE = 11072, 11073, 9
UNPACED: System = replace(HARVEST_V2, plan=replace(HARVEST_V2.plan, calls=10_000))


def account(login: Login = ADMIN, *, system: System = UNPACED) -> Account:
    """Somebody at the studio."""
    return Account.token(system, "http://sandbox.localhost/v2", login.token, carrier="header", number=str(ACCOUNT_ID))


@asynccontextmanager
async def conversing(
    sandbox: Sandbox, *, login: Login = ADMIN, reply: Reply | Callable[[str], Reply] | None = None, **flags: Any
) -> AsyncIterator[Talk]:
    """A client at the studio over v2."""
    chosen = {"system": "harvest_v2", **flags}
    async with talking(sandbox, account=account(login), reply=reply, **chosen) as talk:
        yield talk
