"""The logins of the sandbox, and what each role may read and write (harvest-v1 3, 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harvest_mcp.sandbox.asgi import HttpCall
from harvest_mcp.sandbox.credentials import Credentials
from harvest_mcp.systems.harvest import HARVEST

Role = Literal["administrator", "manager", "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Credentials):
    """A user of the account, who is also one of its people, with a password and a token."""

    id: int
    first_name: str
    last_name: str
    role: Role


# Tokens contain + / = so that a caller who forgets to encode them gets a 401 (harvest-v1 3.2).
ADMIN = Login(
    id=31,
    email="admin@kestrel.example",
    password="let-me-in",  # noqa: S106 - a made-up account
    token="sandbox-admin+/=",  # noqa: S106 - a made-up account
    first_name="Ada",
    last_name="Kestrel",
    role="administrator",
)
MANAGER = Login(
    id=32,
    email="manager@kestrel.example",
    password="let-me-in",  # noqa: S106 - a made-up account
    token="sandbox-manager+/=",  # noqa: S106 - a made-up account
    first_name="Miguel",
    last_name="Ortiz",
    role="manager",
)
MEMBER = Login(
    id=33,
    email="member@kestrel.example",
    password="let-me-in",  # noqa: S106 - a made-up account
    token="sandbox-member+/=",  # noqa: S106 - a made-up account
    first_name="Róisín",
    last_name="Byrne",
    role="member",
)
LOGINS = (ADMIN, MANAGER, MEMBER)

EVERYTHING = frozenset(resource.noun for resource in HARVEST.resources)
# A project manager sees and changes the projects they manage (harvest-v1 7).
MANAGED = frozenset({"project", "user_assignment", "task_assignment"})
OWN = frozenset({"expense"})
"""Resources that everybody may use for themselves, and administrators for others."""
READS: Mapping[Role, frozenset[str]] = {
    "administrator": EVERYTHING,
    "manager": frozenset({"client", "contact", "task", "person", "expense_category"}) | MANAGED | OWN,
    "member": OWN | {"expense_category"},
}
WRITES: Mapping[Role, frozenset[str]] = {
    "administrator": EVERYTHING,
    "manager": MANAGED | OWN,
    "member": OWN,
}


def who(call: HttpCall) -> Login | None:
    """Return the login of a call: by HTTP Basic, else by the token in the query (harvest-v1 3)."""
    if call.headers.get("authorization", "").lower().startswith("basic "):
        given = call.basic()
        return next((login for login in LOGINS if (login.email, login.password) == given), None)
    token = call.asked("access_token")
    return next((login for login in LOGINS if login.token == token), None)
