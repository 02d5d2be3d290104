"""The responses of AC-1, who am I, and AC-2, the call budget (harvest-v1 4, 10)."""

from harvest_mcp.sandbox.harvest.logins import Login
from harvest_mcp.sandbox.harvest.switches import DEFAULT, TIMEZONE, Switches
from harvest_mcp.spec import Era
from harvest_mcp.systems.harvest.account import AccountInUse, Company, Modules, ProjectManager, User
from harvest_mcp.systems.harvest.timezones import ZONES

SUBDOMAIN = "kestrel"
BASE_URI = f"https://{SUBDOMAIN}.harvestapp.com"
LATE = {"timezone_identifier": "America/New_York", "timezone_utc_offset": -14400}


def who_am_i(login: Login, profile: Era, switches: Switches = DEFAULT) -> AccountInUse:
    """AC-1: return user and company; in classic the shorter body of the old documentation (harvest-v1 10)."""
    if profile == "classic":
        user = User(
            timestamp_timers=switches.by_clock,
            email=login.email,
            timezone=switches.timezone,
            id=login.id,
            admin=login.role == "administrator",
        )
        return AccountInUse(company=Company(base_uri=BASE_URI), user=user)
    return AccountInUse(company=_company(profile, switches), user=_user(login, profile, switches))


def _company(profile: Era, switches: Switches) -> Company:
    company = Company(
        name="Kestrel Studio",
        base_uri=BASE_URI,
        full_domain=f"{SUBDOMAIN}.harvestapp.com",
        active=True,
        week_start_day="Monday",
        time_format="hours_minutes",
        clock="24h",
        decimal_symbol=".",
        thousands_separator=",",
        color_scheme="orange",
        modules=Modules(
            expenses="expenses" not in switches.off,
            invoices="invoices" not in switches.off,
            estimates=False,
            approval=False,
        ),
    )
    return company.model_copy(update={"plan_type": "trial"} if profile == "late" else {})


def _user(login: Login, profile: Era, switches: Switches) -> User:
    manager = login.role == "manager"
    user = User(
        id=login.id,
        email=login.email,
        first_name=login.first_name,
        last_name=login.last_name,
        admin=login.role == "administrator",
        project_manager=ProjectManager(
            is_project_manager=manager,
            can_see_rates=manager,
            can_create_projects=manager,
            can_create_invoices=manager and "can_create_invoices" in switches.grants,
        ),
        timezone=switches.timezone,
        timestamp_timers=switches.by_clock,
        avatar_url="/assets/avatars/normal.png",
    )
    late = LATE if switches.timezone == TIMEZONE else {"timezone_identifier": ZONES[switches.timezone]}
    return user.model_copy(update=late if profile == "late" else {})
