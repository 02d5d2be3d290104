"""Every text that can be reached from an object: through attributes, slots, lists and mappings, as a debugger does."""

import functools
import gc
import types
from collections.abc import Iterator

from harvest_mcp.config.secret import Secret

NOT_INTO = (
    Secret,
    type,
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.CodeType,
    types.FrameType,
    types.CoroutineType,
    functools.partial,
)
"""A secret keeps its text to itself; functions and classes lead to modules, and those to everything."""

HOLDERS = (dict, list, tuple, set, frozenset)
"""These say what their items say, and every item is come to by itself."""


def texts(*roots: object) -> Iterator[str]:
    """The texts, and what objects say of themselves."""
    seen: dict[int, object] = {}
    open_ = list(roots)
    while open_:
        found = open_.pop()
        if id(found) in seen:
            continue
        seen[id(found)] = found  # held, so that no number is given twice
        if isinstance(found, str):
            yield found
        elif isinstance(found, (bytes, bytearray)):
            yield found.decode("latin-1")
        elif isinstance(found, types.MethodType):
            open_.append(found.__self__)
        elif not isinstance(found, NOT_INTO):
            open_ += gc.get_referents(found)
        if not isinstance(found, (str, bytes, bytearray, int, float, type(None))) and type(found) not in HOLDERS:
            yield _said(found)


def _said(found: object) -> str:
    try:
        return f"{found!r} {found}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
