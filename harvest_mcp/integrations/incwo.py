"""Register incwo."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations.integration import Embedded, Integration, Variables
from harvest_mcp.spec.marks import Era

if TYPE_CHECKING:
    from harvest_mcp.integrations.demo import Demo
    from harvest_mcp.sandbox import Credentials, Sandbox


def _open(path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()) -> "Sandbox":
    from harvest_mcp.sandbox import Switches, open_incwo  # noqa: PLC0415 - only when asked for

    if profile != "late":
        raise SettingsError("An incwo account has no profiles.", next="Leave --profile out; --switch is for it.")
    return open_incwo(path, switches=Switches.parse(tuple(switches)))


def _logins() -> "Sequence[Credentials]":
    from harvest_mcp.sandbox import INCWO_LOGIN  # noqa: PLC0415 - only when asked for

    return (INCWO_LOGIN,)


def _demo() -> "Demo":
    from harvest_mcp.integrations.incwo_demo import DEMO  # noqa: PLC0415 - only when asked for

    return DEMO


INCWO = Integration(
    name="incwo",
    vendor="incwo",
    variables=Variables(
        address="INCWO_URL",
        user="INCWO_LOGIN",
        password="INCWO_PASSWORD",  # noqa: S106 - the variable's name
        pages="INCWO_MAX_PAGES",
        prefix="INCWO_",
        example="https://www.incwo.com/123456",
        path=r"(/[A-Za-z0-9_-]+)*/\d{1,15}/?",  # with the account's number (incwo 1)
        more="does not end in the number of the account",
    ),
    embedded=Embedded(_open, _logins, path="/123456"),
    demo=_demo,
    login="harvest-mcp login --system incwo",
)
