"""The embedded accounts, by system: how one is opened, where it answers, who signs in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from harvest_mcp.errors import SettingsError
from harvest_mcp.spec.marks import Era

if TYPE_CHECKING:
    from harvest_mcp.sandbox import Credentials, Sandbox


@dataclass(frozen=True, slots=True)
class Embedded:
    """One system's account; it answers below `path`, to `logins`. Nothing of it is imported before it is opened."""

    open: "Open"
    logins: "Callable[[], Sequence[Credentials]]"
    path: str = ""

    def login(self) -> "Credentials":
        """Who may do most."""
        return self.logins()[0]


class Open(Protocol):
    """Opens it in memory or in a file; `profile` is an era of Harvest's API, `switches` are of incwo's."""

    def __call__(
        self, path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()
    ) -> "Sandbox": ...


def _harvest(path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()) -> "Sandbox":
    from harvest_mcp.sandbox import open_account  # noqa: PLC0415 - only when asked for

    if switches:
        raise SettingsError("A Harvest account has no switches.", next="Say --system incwo, or leave --switch out.")
    return open_account(path, profile=profile)


def _people() -> "Sequence[Credentials]":
    from harvest_mcp.sandbox import logins  # noqa: PLC0415 - only when asked for

    return logins.LOGINS


def _incwo(path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()) -> "Sandbox":
    from harvest_mcp.sandbox import Switches, open_incwo  # noqa: PLC0415 - only when asked for

    if profile != "late":
        raise SettingsError("An incwo account has no profiles.", next="Leave --profile out; --switch is for it.")
    return open_incwo(path, switches=Switches.parse(tuple(switches)))


def _authorised() -> "Sequence[Credentials]":
    from harvest_mcp.sandbox import INCWO_LOGIN  # noqa: PLC0415 - only when asked for

    return (INCWO_LOGIN,)


EMBEDDED: Mapping[str, Embedded] = {
    "harvest": Embedded(_harvest, _people),
    "incwo": Embedded(_incwo, _authorised, path="/123456"),
}


def opened(systems: Sequence[str], path: str | None = None) -> dict[str, "Sandbox"]:
    """An account of each of these systems, in memory; a single one can be kept in a file.

    Raises:
        SettingsError: there are two for one file, or the file cannot be used.
    """
    if path is not None and len(systems) > 1:
        raise SettingsError("A file keeps the account of one system.", next="Say which with --system, or name no file.")
    return {name: EMBEDDED[name].open(path) for name in systems}
