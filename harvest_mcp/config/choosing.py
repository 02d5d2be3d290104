"""Choose the API version of a vendor by what is set."""

from collections.abc import Callable, Mapping, Sequence

from harvest_mcp.integrations import INTEGRATIONS

FIRST = ("url", "subdomain", "email", "password")
SECOND = ("access_token", "account_id", "api_url")
"""Settings that sign in to Harvest v1, and to v2; a token beside those of v1 is for v1."""
SAID = "HARVEST_API"


def spoken(api: str | None, system: str | None, given: Callable[[str], bool]) -> str:
    """Return which of Harvest's APIs to use: the one asked for, else v2 if only its credentials are `given`."""
    one = INTEGRATIONS.get(system or "")
    if said := api or (one.api if one and one.vendor != system else ""):
        return said
    return "v2" if any(map(given, SECOND)) and not any(map(given, FIRST)) else "v1"


def meant(system: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the systems of this one's vendor, or all if `both` are meant."""
    if system == "both":
        return tuple(names)
    return tuple(name for name in names if INTEGRATIONS[name].vendor == INTEGRATIONS[system].vendor)


def of(vendor: str, api: str | None) -> str:
    """Return the system of this vendor with this API."""
    own = (name for name, each in INTEGRATIONS.items() if each.vendor == vendor and each.api in ("", api or each.api))
    return next(own)


def found_in(vendor: str, environ: Mapping[str, str]) -> str | None:
    """Return the system of this vendor that these variables, or the files they name, set up; None if none.

    A vendor with one API has no choice.
    """
    ways = [each.variables for each in INTEGRATIONS.values() if each.vendor == vendor]
    if len(ways) == 1:
        return of(vendor, None)

    def given(name: str) -> bool:
        return any(environ.get(f"HARVEST_{name.upper()}{end}") for end in ("", "_FILE"))

    said = environ.get(SAID, "").lower()
    if not said and not any(map(given, (*FIRST, *SECOND))):
        return None
    return of(vendor, spoken(said or None, None, given))
