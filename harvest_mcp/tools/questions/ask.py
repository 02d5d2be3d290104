"""Asking a person: how the call is made again with their code, and what a consent to it is for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harvest_mcp.consent.policy import Build, Matter
from harvest_mcp.consent.question import doing
from harvest_mcp.spec import Record, Resource, System
from harvest_mcp.text.render import plain
from harvest_mcp.tools.tool import Call

Kind = Resource[Record]


@dataclass(frozen=True, slots=True)
class Asking:
    """The tool that asks and its arguments, a code among them; what it is a part of: `Undo change 3`."""

    tool: str
    given: Mapping[str, Any] = field(default_factory=dict)
    part_of: str = ""

    @property
    def code(self) -> str | None:
        """What the caller brought along."""
        return self.given.get("confirm")

    def asks(self, does: str, what: str) -> str:
        """`Delete client "Acme"?`"""
        asked = doing(does, what)
        return f"{self.part_of}: {asked}?" if self.part_of else f"{asked[0].upper()}{asked[1:]}?"

    def again(self, code: str) -> str:
        """How to call again with this code, as it must be typed."""
        told = {name: plain(value) for name, value in self.given.items() if name != "confirm"}
        written = (
            f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in {**told, "confirm": code}.items()
        )
        return f"{self.tool}({', '.join(written)})"


async def ask(call: Call, asking: Asking, matter: Matter, build: Build) -> None:
    """Return once a person agreed to the question as it reads now.

    Raises:
        NotConfirmed: nobody agreed.
    """
    await call.desk.confirmation.obtain(build, call.person, matter=matter, code=asking.code, again=asking.again)


def matter_of(call: Call, system: System, resource: Kind, id: int) -> Matter:
    """What a consent to this call is for; the id is 0 for a record that is not there yet."""
    account = call.desk.account(system)
    return Matter(
        system=system.name,
        account=account.key,
        principal=account.principal,
        tool=call.tool,
        noun=resource.noun,
        record=id,
    )


def place_of(call: Call, system: System) -> str:
    """Where it is, for a person."""
    return f"{system.title} at {call.desk.account(system).host}"
