"""Questions and their answers: kept in the state store by random codes, each used up exactly once."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from harvest_mcp import counters
from harvest_mcp.consent.question import Matter, Question, QuestionSheet
from harvest_mcp.errors import NotConfirmed
from harvest_mcp.state import State

if TYPE_CHECKING:
    from harvest_mcp.consent.rows import Rows
    from harvest_mcp.state.transaction import Transaction

T = TypeVar("T")
Kind = Literal["form", "token", "approval"]
"""How the answer comes: by a form, by a repeated call, or from a person outside the conversation."""
Decision = Literal["yes", "declined"]
Standing = Literal["open", "yes"]

LIFETIME = 300.0
"""Seconds for which a question can be answered, and its answer used."""
MOST_OPEN = 100
"""The most open questions of one principal; for one more the oldest is dropped."""
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Characters that stay distinct when read out; without vowels, so that no code is a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingQuestion:
    """A question to be decided outside the conversation, and its state; times in seconds since 1970."""

    code: str
    matter: Matter
    question: str
    sheet: QuestionSheet
    asked: float
    expires: float
    answer: Literal["open", "yes", "declined"]

    @property
    def until(self) -> datetime:
        """When it expires, on this computer's clock."""
        return datetime.fromtimestamp(self.expires).astimezone()


Verdict = Literal["open", "yes", "unknown", "old", "other", "elsewhere", "declined"]

REFUSED: dict[Verdict, str] = {
    "unknown": "This confirmation is not known: it was used before, or is too old.",
    "old": "This confirmation is older than five minutes.",
    "other": "This confirmation was given for something else, or the record changed since. It is used up.",
    "elsewhere": "This code is for another question, or the record changed since; that question still waits.",
    "declined": "The person declined.",
}


COUNTED_AS: Mapping[Verdict, str] = {"old": "expired", "declined": "no"}
"""The counter of a refused code: unknown, or for something else."""


class Consents:
    """Open questions by code; each is answered once, or expires after five minutes.

    Every method raises `StateError` if the store cannot be used: then nobody has confirmed anything.
    """

    def __init__(self, state: State, *, clock: Callable[[], float] = time.time) -> None:
        self.state, self.clock = state, clock

    async def _run(self, work: "Callable[[Rows], T]") -> T:
        """Run some work on the stored consents in one transaction."""
        from harvest_mcp.consent.rows import Rows  # noqa: PLC0415 - brings sqlite3

        def on(connection: "Transaction") -> T:
            return work(Rows(connection))

        return await self.state.run(on)

    async def issue(self, question: Question, kind: Kind) -> str:
        """Return a code for the answer to exactly this question."""
        now, code = self.clock(), CODES[kind]()
        row = {
            **asdict(question.matter),
            "code": code,
            "kind": kind,
            "answer": "open",
            "binding": question.binding,
            "asked": now,
            "expires": now + LIFETIME,
            "shown": {"question": question.text, "sheet": asdict(question.sheet)},
        }

        def work(rows: "Rows") -> None:
            rows.make_room(_of(question.matter), before=now - LIFETIME, most=MOST_OPEN - 1)
            rows.add(row)

        await self._run(work)
        counters.HERE.add(counters.ASKED, kind)
        return code

    async def check(self, code: str, kind: Kind, matter: Matter) -> Standing:
        """Return the state of a code before the record is read for it; a yes is not used up.

        Raises:
            NotConfirmed: it is not valid here.
        """
        return await self._judge(code, kind, matter)

    async def awaits(self, code: str, kind: Kind, question: Question) -> None:
        """Return if exactly this question is still undecided.

        Raises:
            NotConfirmed: the code is for another one.
        """
        await self._judge(code, kind, question.matter, question.binding)

    async def take(self, code: str, kind: Kind, question: Question) -> None:
        """Use up a yes to exactly this question; of several callers at once, one succeeds.

        Raises:
            NotConfirmed: nobody confirmed, or something else was confirmed.
        """
        if await self._judge(code, kind, question.matter, question.binding) != "yes":
            raise _refused("unknown", kind)
        counters.HERE.add(counters.ANSWERED, kind, "yes")

    async def drop(self, code: str, kind: Kind, matter: Matter) -> float | None:
        """Invalidate a code; return when its question was asked, None if there was no such code."""
        counters.HERE.add(counters.ANSWERED, kind, "no")
        if not is_code(code) or not self.state.exists():
            return None
        mine = _mine(code, kind, matter)

        def work(rows: "Rows") -> float | None:
            row = rows.one(mine)
            rows.use_up(mine)
            return row["asked"] if row else None

        return await self._run(work)

    async def knows(self, code: str, matter: Matter) -> bool:
        """Return whether this is the code of a question that is decided outside the conversation."""
        if not is_code(code) or not self.state.exists():
            return False
        return await self._run(lambda rows: rows.one(_mine(code, "approval", matter)) is not None)

    async def decide(self, code: str, answer: Decision) -> bool:
        """Store a person's answer; return False if it is too late or not the first."""
        if not is_code(code) or not self.state.exists():
            return False
        return await self._run(lambda rows: rows.decide(code, answer, now=self.clock()))

    async def waiting(self) -> list[PendingQuestion]:
        """Return every question that waits for a person, oldest first."""
        if not self.state.exists():
            return []
        found = await self._run(lambda rows: rows.waiting(now=self.clock()))
        return [_read(row) for row in found]

    async def find(self, code: str) -> PendingQuestion | None:
        """Return the question of this code, answered or not; None if it was used up or never existed."""
        if not is_code(code) or not self.state.exists():
            return None
        row = await self._run(lambda rows: rows.approval(code))
        return _read(row) if row else None

    async def _judge(self, code: str, kind: Kind, matter: Matter, binding: str | None = None) -> Standing:
        """Return the state of a code, and use it up unless it is undecided or, without a binding, a yes."""
        if not is_code(code) or not self.state.exists():
            raise _refused("unknown", kind)
        mine, now = _mine(code, kind, matter), self.clock()

        def work(rows: "Rows") -> Verdict:
            row = rows.one(mine)
            verdict = _verdict(row, matter, binding, now)
            if verdict in ("open", "elsewhere") or (verdict == "yes" and binding is None):
                return verdict
            # Count the deleted rows: of two that read the row at once, only one deletes it.
            return verdict if rows.use_up(mine) == 1 else "unknown"

        verdict = await self._run(work)
        if verdict in ("open", "yes"):
            return verdict
        raise _refused(verdict, kind)


def _refused(verdict: Verdict, kind: Kind) -> NotConfirmed:
    """Return the refusal of a code, with how to get a new one if it came as `confirm` and is used up."""
    counters.HERE.add(counters.ANSWERED, kind, COUNTED_AS.get(verdict, "worthless"))
    again = kind != "form" and verdict in ("unknown", "old", "other")
    return NotConfirmed(REFUSED[verdict], next="Call without confirm for a new code." if again else "")


def _verdict(row: Mapping[Any, Any] | None, matter: Matter, binding: str | None, now: float) -> Verdict:
    if row is None:
        return "unknown"
    if now > row["expires"]:
        return "old"
    undecided = row["kind"] == "approval" and row["answer"] == "open"
    same = all(row[name] == value for name, value in asdict(matter).items())
    if not same or not (binding is None or secrets.compare_digest(binding, row["binding"])):
        return "elsewhere" if undecided else "declined" if same and row["answer"] == "declined" else "other"
    if row["answer"] == "declined":
        return "declined"
    return "open" if undecided else "yes"


def _of(matter: Matter) -> dict[str, object]:
    """Return the principal and account whose consents count; codes of others are as unknown."""
    return {"system": matter.system, "account": matter.account, "principal": matter.principal}


def _mine(code: str, kind: Kind, matter: Matter) -> dict[str, object]:
    return {**_of(matter), "code": code, "kind": kind}


def _read(row: Mapping[Any, Any]) -> PendingQuestion:
    return PendingQuestion(
        matter=Matter(**{field.name: row[field.name] for field in fields(Matter)}),
        question=row["shown"]["question"],
        sheet=QuestionSheet.stored(row["shown"]["sheet"]),
        **{name: row[name] for name in ("code", "asked", "expires", "answer")},
    )


def spoken_code() -> str:
    """Return a random code that people can read out and type: `KX4T-9QWM`."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def random_ticket() -> str:
    """Return a random code that no person sees, with a digest that shows alteration: 22 characters and the digest."""
    drawn = secrets.token_urlsafe(16)
    return f"{drawn}.{_digest(drawn)}"


def is_ticket(text: str) -> bool:
    """Return whether `ticket` can have made it, in any process; not whether it is still valid."""
    drawn, _, digest = text.partition(".")
    return is_code(text) and secrets.compare_digest(digest, _digest(drawn))


def _digest(drawn: str) -> str:
    return hashlib.sha256(f"harvest-mcp {drawn}".encode()).hexdigest()[:12]


CODES: Mapping[Kind, Callable[[], str]] = {
    "form": random_ticket,
    "token": lambda: secrets.token_urlsafe(16),
    "approval": spoken_code,
}


def typed_code(text: str) -> str:
    """Return a spoken code in its stored form, however it was typed: `kx4t 9qwm`; anything else unchanged."""
    bare = re.sub(r"[\s\u2010-\u2015-]", "", text).upper() if len(text) <= 20 else ""
    return f"{bare[:4]}-{bare[4:]}" if re.fullmatch(f"[{ALPHABET}]{{8}}", bare) else text


def is_code(text: str) -> bool:
    """Return whether it has the form of a code; anything else never reaches the store."""
    return len(text) <= 64 and text.isascii() and text.isprintable()
