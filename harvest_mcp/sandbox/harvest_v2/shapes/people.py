"""The fields of people, roles, rates and teammates (harvest-v2 6, 19 to 21)."""

from harvest_mcp.sandbox.harvest_v2.shapes.fields import ABSENT, Field
from harvest_mcp.sandbox.harvest_v2.tables import ROLES
from harvest_mcp.sandbox.harvest_v2.visit import TIMEZONE, Visit, access_roles, numbers
from harvest_mcp.sandbox.store import Row

CLAIMS: dict[str, tuple[str, ...]] = {
    "member": ("expenses:read:own", "expenses:write:own", "timers:read:own", "timers:write:own"),
    "manager": (
        "expenses:read:managed",
        "expenses:write:own",
        "projects:read:managed",
        "timers:read:managed",
        "timers:write:own",
    ),
    "administrator": (
        *(f"{what}:own" for what in ("billing:read", "billing:write", "company:read", "company:write")),
        *(
            f"{what}:{verb}:all"
            for what in (
                *("billable_rates", "clients", "cost_rates", "estimates", "expenses", "invoices", "projects"),
                *("tasks", "timers", "users"),
            )
            for verb in ("read", "write")
        ),
    ),
}


INVOICING = ("managed_projects_invoice_drafter", "managed_projects_invoice_manager")


def _role(row: Row) -> str:
    return next(role for role in CLAIMS if role in access_roles(row))


def _roles(visit: Visit, row: Row) -> object:
    return [str(role["name"]) for role in visit.rows(ROLES).values() if row["id"] in numbers(role["user_ids"])]


def _rate(visit: Visit, row: Row) -> object:
    """Show a rate only to callers with the right (harvest-v2 20)."""
    return row["default_hourly_rate"] if visit.caller.has("billable_rates_manager") else ABSENT


def _cost(visit: Visit, row: Row) -> object:
    return row["cost_rate"] if visit.caller.administrator else ABSENT


def _creates_projects(visit: Visit, row: Row) -> object:
    return _has(row, "project_creator")


def _has(row: Row, *extras: str) -> bool:
    """Return whether a person is an administrator or has one of the extras."""
    roles = access_roles(row)
    return "administrator" in roles or bool(set(extras) & set(roles))


USER = (
    Field("id", "int"),
    Field("first_name", "text", "cu!"),
    Field("last_name", "text", "cu!"),
    Field("employee_id", "text", form="2026"),
    Field("email", "text", "cu!"),
    Field("telephone", "text", null=""),
    Field("timezone", "text", "cu", fresh=TIMEZONE),
    Field("weekly_capacity", "int", "cu", fresh=126_000),
    Field("has_access_to_all_future_projects", "bool", "cu", fresh=False),
    Field("is_contractor", "bool", "cu", fresh=False),
    Field("is_active", "bool", "cu", fresh=True),
    Field("calendar_integration_enabled", "bool", show=lambda visit, row: False),
    Field("calendar_integration_source", "text", show=lambda visit, row: None),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("can_create_projects", "bool", show=_creates_projects),
    Field("default_hourly_rate", "dec", "c", show=_rate),
    Field("cost_rate", "dec", "c", show=_cost),
    Field("roles", "texts", "cu", column="given_roles", show=_roles),
    Field("is_admin", "bool", form="2021"),
    Field("is_project_manager", "bool", show=lambda visit, row: _role(row) == "manager", form="2021"),
    Field("can_see_rates", "bool", show=lambda visit, row: _has(row, "billable_rates_manager"), form="2021"),
    Field("can_create_invoices", "bool", show=lambda visit, row: _has(row, *INVOICING), form="2021"),
    Field("access_roles", "texts", "cu", form="2026", show=lambda visit, row: access_roles(row)),
    Field("permissions_claims", "texts", form="2026", show=lambda visit, row: list(CLAIMS[_role(row)])),
    Field("avatar_url", "text", show=lambda visit, row: row["avatar_url"] or "/assets/avatars/normal.png"),
    Field("saml_exempt", "bool", "cu", written=True),
)
ROLE = (
    Field("id", "int"),
    Field("name", "text", "cu!"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
    Field("user_ids", "ids", "cu", fresh="[]", show=lambda visit, row: numbers(row["user_ids"])),
)
RATE = (
    Field("id", "int"),
    Field("amount", "dec", "c!"),
    Field("start_date", "date", "c"),
    Field("end_date", "date"),
    Field("created_at", "dt"),
    Field("updated_at", "dt"),
)
TEAMMATE = (
    Field("id", "int"),
    Field("first_name", "text"),
    Field("last_name", "text"),
    Field("email", "text"),
)
