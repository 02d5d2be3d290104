"""Register Harvest v1."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations.integration import Embedded, Integration, Variables
from harvest_mcp.spec.marks import Era

if TYPE_CHECKING:
    from harvest_mcp.integrations.demo import Demo
    from harvest_mcp.sandbox import Credentials, Sandbox


def _open(path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()) -> "Sandbox":
    from harvest_mcp.sandbox import open_account  # noqa: PLC0415 - only when asked for

    if switches:
        raise SettingsError("A Harvest account has no switches.", next="Say --system incwo, or leave --switch out.")
    return open_account(path, profile=profile)


def _logins() -> "Sequence[Credentials]":
    from harvest_mcp.sandbox import logins  # noqa: PLC0415 - only when asked for

    return logins.LOGINS


def _demo() -> "Demo":
    from harvest_mcp.integrations.harvest_demo import DEMO  # noqa: PLC0415 - only when asked for

    return DEMO


HARVEST = Integration(
    name="harvest",
    vendor="harvest",
    variables=Variables(
        address="HARVEST_URL",
        user="HARVEST_EMAIL",
        password="HARVEST_PASSWORD",  # noqa: S106 - the variable's name
        token="HARVEST_ACCESS_TOKEN",  # noqa: S106 - same
        carrier="query",  # the only way v1 takes it (harvest-v1 3.2)
        subdomain="HARVEST_SUBDOMAIN",
        host="harvestapp.com",
        example="https://suprcorp.harvestapp.com",
        path="/?",
        more="holds more than the host",
        instead="HARVEST_ACCESS_TOKEN is not set; make a token at id.getharvest.com/developers, or set HARVEST_URL for"
        " an account of API v1",
    ),
    embedded=Embedded(_open, _logins),
    demo=_demo,
    login="harvest-mcp login",
    api="v1",
)
