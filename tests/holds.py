"""One test for a table of values: it goes through all of them, and names those that do not hold."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any


def holds_for(
    names: str | tuple[str, ...], cases: Iterable[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Do as `pytest.mark.parametrize` does, in one test: for what is as quick as a function, and leaves nothing."""
    named = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    table = list(cases)

    def through(test: Callable[..., None]) -> Callable[..., None]:
        def every(**fixtures: Any) -> None:
            assert table, "no case at all"
            failed = [said for case in table if (said := _failure(test, _arguments(named, case), fixtures))]
            assert not failed, f"{len(failed)} of {len(table)} do not hold:\n" + "\n".join(failed)

        kept = [one for one in inspect.signature(test).parameters.values() if one.name not in named]
        every.__name__, every.__doc__, every.__module__ = test.__name__, test.__doc__, test.__module__
        every.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]  # what pytest reads fixtures off
        return every

    return through


def _arguments(named: list[str], case: Any) -> dict[str, Any]:
    return dict(zip(named, case if len(named) > 1 else (case,), strict=True))


def _failure(test: Callable[..., None], arguments: dict[str, Any], fixtures: dict[str, Any]) -> str:
    try:
        test(**arguments, **fixtures)
    except Exception as error:
        return f"{arguments}: {type(error).__name__}: {error}"
    return ""
