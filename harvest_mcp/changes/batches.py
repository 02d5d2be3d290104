"""Batches: changes planned together, confirmed as one plan, carried out step by step, and undone together.

Each step sent is a journal entry with its `part_of`; the batch itself holds the plan that was confirmed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from harvest_mcp.errors import Damaged

if TYPE_CHECKING:
    from harvest_mcp.state.transaction import Transaction

Stage = Literal["planned", "begun", "done"]
"""Not confirmed yet; being carried out or interrupted; without steps left."""
USABLE = 86_400.0
"""Seconds for which a plan can be carried out or continued."""
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a plan, its values as JSON.

    `row` is the line it was read from, 0 for none; `refs` maps columns to the position of an earlier step whose new id
    they take; `before` has the present values of the columns it changes; `says` is its description for people.
    """

    verb: str
    noun: str
    says: str = ""
    row: int = 0
    record: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, int] = field(default_factory=dict)
    acted: Mapping[str, int] = field(default_factory=dict)
    """The query parameter of the person acted for."""
    beside: Sequence[str] = ()
    """What is deleted along, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetDraft:
    """A plan not yet stored; `says` describes it in a few words."""

    tool: str
    says: str
    steps: Sequence[Step]
    stage: Stage = "planned"

    @property
    def plan(self) -> str:
        """A digest of all that it would do; a person's confirmation applies to this digest only."""
        facts = json.dumps([self.tool, [asdict(step) for step in self.steps]], sort_keys=True)
        return hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """A stored plan; `age` in seconds."""

    id: int
    at: float
    age: float
    principal: str
    system: str
    tool: str
    plan: str
    stage: Stage
    says: str
    steps: tuple[Step, ...]

    @property
    def usable(self) -> bool:
        """Whether it is recent enough to be carried out or continued."""
        return 0 <= self.age < USABLE


@dataclass(frozen=True, slots=True)
class Counted:
    """A batch, and how many of its steps had which outcome."""

    batch: ChangeSet
    parts: Mapping[str, int]

    @property
    def told(self) -> str:
        """`40 applied, 1 refused`."""
        return ", ".join(f"{count} {outcome}" for outcome, count in self.parts.items()) or "nothing sent"


Who = Mapping[str, str]


def plan(connection: "Transaction", who: Who, draft: ChangeSetDraft, *, id: int, at: float) -> ChangeSet:
    """Store a plan, and drop unconfirmed ones older than a day."""
    from harvest_mcp.state import sql  # noqa: PLC0415 - brings sqlite3

    connection.execute(sql.UNUSED_PLANS, {"before": at - USABLE})
    row: dict[str, Any] = {
        **who,
        "id": id,
        "at": at,
        "tool": draft.tool,
        "plan": draft.plan,
        "stage": draft.stage,
        "says": draft.says,
        "steps": json.dumps([asdict(step) for step in draft.steps]),
    }
    connection.execute(sql.NEW_BATCH, row)
    return _read(row, at)


def one(connection: "Transaction", who: Who, now: float, *, id: int | None, plan: str, tool: str) -> ChangeSet | None:
    """Return a batch by its id, or the latest of this plan."""
    from harvest_mcp.state import sql  # noqa: PLC0415 - brings sqlite3

    query = sql.BATCH_BY_PLAN if id is None else sql.BATCH_BY_ID
    row = connection.row(query, {**who, "id": id, "plan": plan, "tool": tool})
    return _read(row, now) if row is not None else None


def several(connection: "Transaction", who: Who, now: float, most: int) -> list[Counted]:
    """Return the newest batches that were started, with how many steps had which outcome."""
    from harvest_mcp.state import sql  # noqa: PLC0415 - brings sqlite3

    found = [_read(row, now) for row in connection.rows(sql.BATCHES, {**who, "most": most})]
    return [Counted(each, dict(connection.execute(sql.PARTS, {"id": each.id}).fetchall())) for each in found]


def stage(connection: "Transaction", id: int, before: Stage, after: Stage) -> bool:
    """Move a batch from one stage to another; of two callers at once, one succeeds."""
    from harvest_mcp.state import sql  # noqa: PLC0415 - brings sqlite3

    return bool(connection.execute(sql.STAGE, {"id": id, "before": before, "after": after}).rowcount == 1)


def _read(row: Mapping[Any, Any], now: float) -> ChangeSet:
    """Return a batch from its row.

    Raises:
        Damaged: it cannot be read.
    """
    id = row["id"] if isinstance(row["id"], int) else None
    try:
        steps = tuple(Step(**each) for each in json.loads(row["steps"]))
        kept = {name: row[name] for name in ("id", "at", "principal", "system", "tool", "plan", "says")}
        if row["stage"] not in get_args(Stage) or not isinstance(row["at"], int | float):
            raise Damaged(id, "stage")
        return ChangeSet(**kept, stage=row["stage"], age=max(0.0, now - row["at"]), steps=steps)
    except (TypeError, ValueError, AttributeError):
        raise Damaged(id, "steps") from None
