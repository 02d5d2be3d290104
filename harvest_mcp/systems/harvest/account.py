"""The Harvest account itself: AC-1 and AC-2 (harvest-v1 4, 10)."""

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from harvest_mcp.spec import Identity, Part, View
from harvest_mcp.systems.harvest.timezones import ZONES

WEEK_STARTS = {"Saturday": 5, "Sunday": 6}
DAY = 86_400


class Modules(Part):
    expenses: bool | None = None
    invoices: bool | None = None
    estimates: bool | None = None
    approval: bool | None = None


class Company(Part):
    name: str | None = None
    base_uri: str | None = None
    full_domain: str | None = None
    active: bool | None = None
    week_start_day: str | None = None
    time_format: str | None = None
    clock: str | None = None
    decimal_symbol: str | None = None
    thousands_separator: str | None = None
    color_scheme: str | None = None
    plan_type: str | None = None
    modules: Modules | None = None


class ProjectManager(Part):
    is_project_manager: bool | None = None
    can_see_rates: bool | None = None
    can_create_projects: bool | None = None
    can_create_invoices: bool | None = None


class User(Part):
    id: int | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    admin: bool | None = None
    project_manager: ProjectManager | None = None
    timezone: str | None = None
    timezone_identifier: str | None = None
    timezone_utc_offset: int | None = None
    timestamp_timers: bool | None = None
    avatar_url: str | None = None


class AccountInUse(Identity):
    """The signed-in user and company; old accounts tell little more than the user's e-mail (harvest-v1 10)."""

    company: Company | None = None
    user: User

    def who(self) -> str:
        name = " ".join(filter(None, (self.user.first_name, self.user.last_name)))
        company = self.company.name if self.company else None
        return " ".join(filter(None, (name, f"<{self.user.email}>", f"at {company}" if company else "")))

    def me(self) -> str:
        return str(self.user.id or self.user.email or "")

    def limits(self) -> str:
        # harvest-v1 7.
        if self.user.admin:
            return ""
        if self.user.project_manager and self.user.project_manager.is_project_manager:
            return "a project manager: changes their own time and the projects they manage, reads the rest"
        return "a regular user: has their own time and expenses; Harvest hides clients, contacts and projects"

    def zone(self) -> tzinfo | None:
        """Return the zone by its IANA name, else its display name; the offset is only the present one (harvest-v1
        10)."""
        for name in (self.user.timezone_identifier, ZONES.get(self.user.timezone or "")):
            try:
                if name:
                    return ZoneInfo(name)
            except (KeyError, ValueError, OSError):  # not a name this machine knows
                continue
        seconds = self.user.timezone_utc_offset
        return None if seconds is None or abs(seconds) >= DAY else timezone(timedelta(seconds=seconds))

    def tracks(self) -> bool | None:
        return self.user.timestamp_timers

    def week_start(self) -> int:
        return WEEK_STARTS.get((self.company.week_start_day if self.company else None) or "", 0)


class RateLimit(Part):
    """The vendor's own count of calls; late accounts may leave two of the columns out."""

    count: int | None = None
    max_calls: int
    timeframe_limit: int
    lockout_seconds: int | None = None
    requests_available: int | None = None
    last_access_at: datetime | None = None


WHO_AM_I = View(
    name="who_am_i",
    record=AccountInUse,
    path="/account/who_am_i",
    root="hash",
    toolset="account",
    says="Company, user, role.",
)

RATE_LIMIT = View(
    name="get_rate_limit_status",
    record=RateLimit,
    path="/account/rate_limit_status",
    root="hash",
    toolset="account",
    says="Calls left in the budget.",
    shows_budget=True,
)
