"""The settings of an account, and which form of the API it answers in (harvest-v2 0.3, 30, 31)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, Self, cast

Form = Literal["2026", "2021"]
Module = Literal["expense", "invoice", "estimate", "approval", "team"]
EXTRAS = (
    "project_creator",
    "billable_rates_manager",
    "managed_projects_invoice_drafter",
    "managed_projects_invoice_manager",
    "client_and_task_manager",
    "time_and_expenses_manager",
    "estimates_manager",
)
"""Extra rights of managers; `people_manager` comes only with teammates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`grants` are extra rights of the manager's login, `off` the switched-off modules.

    `by_clock`: time is tracked by start and end. `bare_429`: the 429 is empty and without `Retry-After`, as recorded.
    `empty_delete`: a delete answers without a body. `company_closed`: only administrators read the company.
    `notes_required`: entries need notes. `rounding`: minutes to which recorded hours are
    rounded up. `receipts_sign_in`: receipts redirect to a sign-in page. `accounts`: other
    accounts of the same people, with id, name and product; with `elsewhere` they cannot use this one.
    """

    form: Form = "2026"
    by_clock: bool = False
    off: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    bare_429: bool = False
    empty_delete: bool = False
    company_closed: bool = False
    notes_required: bool = False
    receipts_sign_in: bool = False
    rounding: int = 0
    accounts: tuple[tuple[int, str, str], ...] = ()
    elsewhere: bool = False

    @property
    def page_size(self) -> int:
        return 2000 if self.form == "2026" else 100

    @property
    def cursors(self) -> bool:
        return self.form == "2026"

    @classmethod
    def parse(cls, settings: Sequence[str]) -> Self:
        """Parse settings such as `form=2021`, `by_clock=on`, `off=expense,invoice`, `grants=project_creator`.

        Raises:
            ValueError: there is no such setting, or it does not take this value.
        """
        known = {each.name for each in fields(cls)} - {"accounts", "elsewhere"}
        given: dict[str, object] = {}
        for text in settings:
            name, _, value = text.partition("=")
            if name not in known:
                raise ValueError(f"No setting is called {name!r}; there are: {', '.join(sorted(known))}.")
            given[name] = _read(name, value)
        return cls(**given)  # type: ignore[arg-type]  # names and kinds are checked above


def _read(name: str, value: str) -> object:
    if name == "form":
        if value not in ("2026", "2021"):
            raise ValueError("form is 2026 or 2021.")
        return cast(Form, value)
    if name in ("off", "grants"):
        words = frozenset(filter(None, value.split(",")))
        allowed = EXTRAS if name == "grants" else ("expense", "invoice", "estimate", "approval", "team")
        if unknown := words - set(allowed):
            raise ValueError(f"{name} takes {', '.join(allowed)}, not {', '.join(sorted(unknown))}.")
        return words
    if name == "rounding":
        if not (value.isascii() and value.isdigit() and int(value) <= 60):
            raise ValueError("rounding is a number of minutes up to 60.")
        return int(value)
    if value not in ("on", "off"):
        raise ValueError(f"{name} is on or off.")
    return value == "on"


DEFAULT = Settings()
