"""Who calls over v2, and at which company: CO2-1 and PE2-2 (harvest-v2 6, 20)."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from harvest_mcp.spec import Identity, Part, View
from harvest_mcp.systems.harvest.account import WEEK_STARTS
from harvest_mcp.systems.harvest.timezones import ZONES

ADMINISTRATOR, MANAGER = "administrator", "manager"


class OwnCompany(Part):
    """The account itself."""

    name: str | None = None
    base_uri: str | None = None
    full_domain: str | None = None
    is_active: bool | None = None
    week_start_day: str | None = None
    wants_timestamp_timers: bool | None = None
    time_format: str | None = None
    date_format: str | None = None
    plan_type: str | None = None
    clock: str | None = None
    currency: str | None = None
    decimal_symbol: str | None = None
    thousands_separator: str | None = None
    weekly_capacity: int | None = None
    expense_feature: bool | None = None
    invoice_feature: bool | None = None
    estimate_feature: bool | None = None
    approval_feature: bool | None = None
    team_feature: bool | None = None
    day_entry_notes_required: bool | None = None


class TokenUser(Part):
    """The person whose token it is."""

    id: int | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    timezone: str | None = None
    access_roles: str | None = None
    is_admin: bool | None = None
    is_project_manager: bool | None = None
    can_create_projects: bool | None = None


class CallingUser(Identity):
    """The signed-in user and company."""

    company: OwnCompany | None = None
    user: TokenUser

    def who(self) -> str:
        name = " ".join(filter(None, (self.user.first_name, self.user.last_name)))
        company = self.company.name if self.company else None
        return " ".join(filter(None, (name, f"<{self.user.email}>", f"at {company}" if company else "")))

    def me(self) -> str:
        return str(self.user.id or self.user.email or "")

    def limits(self) -> str:
        # harvest-v2 5.
        roles = (self.user.access_roles or "").split(", ")
        if ADMINISTRATOR in roles or self.user.is_admin:
            return ""
        extras = [each for each in roles if each not in (MANAGER, "member", "")]
        if MANAGER in roles or self.user.is_project_manager:
            more = f", and has {', '.join(extras)}" if extras else ""
            return f"a manager: has their own time, and that of the projects and people they manage{more}"
        return "a member: has their own time and expenses; Harvest hides clients, projects, tasks and people"

    def zone(self) -> tzinfo | None:
        """Return the zone by Harvest's display name for it (harvest-v2 4.4)."""
        try:
            name = ZONES.get(self.user.timezone or "")
            return ZoneInfo(name) if name else None
        except (KeyError, ValueError, OSError):  # not a name this machine knows
            return None

    def tracks(self) -> bool | None:
        return self.company.wants_timestamp_timers if self.company else None

    def week_start(self) -> int:
        return WEEK_STARTS.get((self.company.week_start_day if self.company else None) or "", 0)


COMPANY = View(
    name="get_company",
    record=OwnCompany,
    path="/company",
    root="",
    toolset="account",
    says="",
)


class CallBudget(Part):
    """This server's own count of calls: the vendor tells none (harvest-v2 3.3)."""


RATE_LIMIT = View(
    name="get_rate_limit_status",
    record=CallBudget,
    path="",
    root="",
    toolset="account",
    says="Calls left in the budget.",
    shows_budget=True,
)

WHO_AM_I = View(
    name="who_am_i",
    record=CallingUser,
    path="/users/me",
    root="user",
    toolset="account",
    says="Company, user, role.",
    beside=(("company", COMPANY),),
)
