"""Register Harvest v2."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations.integration import Embedded, Integration, Variables
from harvest_mcp.spec.marks import Era

if TYPE_CHECKING:
    from harvest_mcp.integrations.demo import Demo
    from harvest_mcp.sandbox import Credentials, Sandbox


def _open(path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()) -> "Sandbox":
    from harvest_mcp.sandbox.harvest_v2 import Settings, open_harvest_v2  # noqa: PLC0415 - only when asked for

    if profile != "late":
        raise SettingsError("An account over v2 has no profiles.", next="Leave --profile out; --switch is for it.")
    try:
        settings = Settings.parse(switches)
    except ValueError as wrong:
        raise SettingsError(str(wrong), next="For example --switch by_clock=on.") from None
    return open_harvest_v2(path, settings=settings)


def _logins() -> "Sequence[Credentials]":
    from harvest_mcp.sandbox import logins  # noqa: PLC0415 - only when asked for

    return logins.LOGINS


def _demo() -> "Demo":
    from harvest_mcp.integrations.harvest_demo import DEMO  # noqa: PLC0415 - only when asked for

    return DEMO


HARVEST_V2 = Integration(
    name="harvest_v2",
    vendor="harvest",
    variables=Variables(
        address="HARVEST_API_URL",
        user="",
        password="",
        token="HARVEST_ACCESS_TOKEN",  # noqa: S106 - the variable's name
        number="HARVEST_ACCOUNT_ID",
        usual="https://api.harvestapp.com/v2",
        home="https://id.getharvest.com/api/v2",
        made="id.getharvest.com/developers",
        example="https://api.harvestapp.com/v2",
        path=r"(/[A-Za-z0-9_-]+)*/?",
        more="is not where the API is asked",
    ),
    embedded=Embedded(_open, _logins, path="/v2", number="910001"),
    demo=_demo,
    login="harvest-mcp login --api v2",
    api="v2",
)
