"""Ready files that come with the package, so that a first start is quick too, for accounts with usual settings.

Not used in a clone, where tools may have changed since a file was made.
"""

import os
import sys
from _collections_abc import Mapping, Sequence

from harvest_mcp import __version__
from harvest_mcp.protocol.front import key

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shipped")
MAKERS = ("mcp-", "mcp_types-", "pydantic-", "pydantic_core-")
"""Distributions whose versions show in answers."""
PYTHONS = ((3, 11), (3, 12), (3, 13))
"""Python versions that were seen to give the same files."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
USUAL: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "harvest": (
        ("HARVEST_URL", "HARVEST_SUBDOMAIN"),
        ("HARVEST_EMAIL",),
        ("HARVEST_PASSWORD", "HARVEST_PASSWORD_FILE"),
    ),
    "harvest_v2": (("HARVEST_ACCESS_TOKEN", "HARVEST_ACCESS_TOKEN_FILE"), ("HARVEST_ACCOUNT_ID",)),
    "incwo": (("INCWO_URL",), ("INCWO_LOGIN",), ("INCWO_PASSWORD", "INCWO_PASSWORD_FILE")),
}
"""The variables of usual settings, one of each group; a shipped file answers for these."""


def usual(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return the shipped file of the system whose account is set up in the usual way; None for any other settings."""
    system = _system([*arguments], environment) if _packed() else None
    return system and os.path.join(FOLDER, f"{system}.txt")


def versions() -> str:
    """Return what a shipped file has to be made with; empty on an unknown Python."""
    if sys.version_info[:2] not in PYTHONS or sys.flags.optimize > 1:
        return ""
    found: dict[str, list[str]] = {}
    for folder in sys.path:
        there = key.distributions(folder)
        for maker in MAKERS:
            found[maker] = found.get(maker) or [each for each in there if each.startswith(maker)]
    return key.name(" ".join([__version__, *(each for maker in MAKERS for each in found[maker])]))


def _packed() -> bool:
    """Return whether this package was installed from a wheel."""
    return any(each.startswith("harvest_mcp-") for each in key.distributions(os.path.dirname(key.PACKAGE)))


def _system(arguments: list[str], environment: Mapping[str, str]) -> str | None:
    ours = {name: value for name, value in environment.items() if name.upper().startswith(("HARVEST_", "INCWO_"))}
    if any(environment.get(name) for name in environment if name.upper() in (*key.PROXIES, *key.TRUST)):
        return None
    if arguments == ["--sandbox"] and not ours:
        return "harvest"
    if arguments or not all(_usually(name, value) for name, value in ours.items()):
        return None
    for system, sets in USUAL.items():
        if len(ours) == len(sets) and all(sum(name in ours for name in names) == 1 for names in sets):
            return system
    return None


def _usually(variable: str, value: str) -> bool:
    """Return whether a value is written in the usual form, so that it cannot be invalid."""
    if not value:
        return False
    if variable == "HARVEST_URL":
        return value.startswith("https://") and _host(value[8:].removesuffix("/"))
    if variable == "INCWO_URL":
        host, _, number = value.removeprefix("https://").removesuffix("/").partition("/")
        return value.startswith("https://") and _host(host) and 0 < len(number) < 16 and not number.strip(DIGITS)
    if variable == "HARVEST_SUBDOMAIN":
        return "." not in value and _host(f"{value}.example")
    if variable == "HARVEST_ACCOUNT_ID":
        return 0 < len(value) < 16 and not value.strip(DIGITS)
    if variable in ("HARVEST_EMAIL", "INCWO_LOGIN"):
        return 0 < len(value) < 200 and not value.lower().strip(LETTERS + DIGITS + "@.-_+")
    return True  # a secret, or its file: checked for the key


def _host(text: str) -> bool:
    """Return whether this is a host name in lower-case ASCII letters."""
    labels = text.split(".")
    return len(labels) > 1 and all(
        0 < len(each) < 64
        and not each.strip(LETTERS + DIGITS + "-")
        and not each.startswith(("-", "xn--"))
        and not each.endswith("-")
        for each in labels
    )
