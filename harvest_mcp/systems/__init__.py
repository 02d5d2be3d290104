"""The vendors, by name; each is imported when it is needed."""

from importlib import import_module
from typing import cast

from harvest_mcp.spec import System


def load(name: str) -> System:
    """Return the system of this name."""
    return cast(System, getattr(import_module(f"harvest_mcp.systems.{name.replace('_', '.')}"), name.upper()))
