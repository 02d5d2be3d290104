"""Asking a person before something that cannot be taken back: the question, the policy, and consents used once."""

import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from harvest_mcp.errors import ConfirmationNeeded, NotConfirmed

Policy = Literal["ask", "token", "strict"]
Answer = Literal["yes", "unticked", "declined", "cancelled"]

LIFETIME = 300.0
"""Seconds a question stays answerable."""
MOST_OPEN = 1000

REFUSED: dict[Answer, str] = {
    "unticked": "The person did not tick the box.",
    "declined": "The person declined.",
    "cancelled": "The person closed the question without an answer.",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, and `about`: everything the answer is bound to, the record's content included."""

    text: str
    tick: str
    about: tuple[object, ...]

    @property
    def binding(self) -> str:
        """A digest of what is asked and what it is asked about; any change makes it another question."""
        facts = json.dumps([self.text, *self.about], default=str)
        return hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()


class Form(Protocol):
    """Shows a question to the person at the client; returns the answer, or comes back with it in a later call."""

    async def __call__(self, question: Question, code: str) -> Answer: ...


class Consents:
    """Open questions of one server, by a random code; each is answered once or dies after five minutes."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._open: dict[str, tuple[str, float]] = {}

    def issue(self, question: Question) -> str:
        """A code that stands for the answer to exactly this question."""
        while len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        code = secrets.token_urlsafe(16)
        self._open[code] = (question.binding, self._clock() + LIFETIME)
        return code

    def drop(self, code: str) -> None:
        """Make a code worthless."""
        self._open.pop(code, None)

    def take(self, code: str, question: Question) -> None:
        """Use up the code of a yes.

        Raises:
            NotConfirmed: it was used before, expired, or given for something else.
        """
        binding, expires = self._open.pop(code, ("", 0.0))
        if not binding:
            raise NotConfirmed("This confirmation is not known: it was used before, or is too old.")
        if self._clock() > expires:
            raise NotConfirmed("This confirmation is older than five minutes.")
        if not secrets.compare_digest(binding, question.binding):
            raise NotConfirmed("This confirmation was given for something else, or the record changed since.")


@dataclass(frozen=True, slots=True)
class Person:
    """How the person behind a call can be asked: by a form, or with the answer already brought along."""

    form: Form | None = None
    answered: tuple[str, Answer] | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The operator's policy and the open questions."""

    policy: Policy
    consents: Consents

    async def obtain(
        self, build: Callable[[], Awaitable[Question]], person: Person, *, code: str | None, again: str
    ) -> None:
        """Return only when a person, or under `token` the caller, agreed to the question as it reads now.

        `build` reads the record afresh; `again` is how to repeat the call with a code, as it must be typed.

        Raises:
            NotConfirmed: nobody agreed; the caller must not act.
        """
        if self.policy == "strict" and person == Person():
            raise NotConfirmed(
                "This server asks a person in a form, and this client cannot show one.",
                next="Use a client with forms (elicitation), such as Claude Code, VS Code or Cursor.",
            )
        if self.policy == "token" or person == Person():
            self._by_code(await build(), code, again)
        elif person.answered is not None:
            await self._answered(*person.answered, build)
        elif person.form is not None:
            question = await build()
            ticket = self.consents.issue(question)
            await self._answered(ticket, await person.form(question, ticket), build)

    async def _answered(self, code: str, answer: Answer, build: Callable[[], Awaitable[Question]]) -> None:
        """A no needs no second look; a yes counts only for the record as it is now."""
        if answer != "yes":
            self.consents.drop(code)
            raise NotConfirmed(REFUSED[answer])
        self.consents.take(code, await build())

    def _by_code(self, question: Question, code: str | None, again: str) -> None:
        """The two-call way of clients without forms; a page a person opens takes its place later."""
        if code is None:
            raise ConfirmationNeeded(question.text, self.consents.issue(question), again=again)
        self.consents.take(code, question)
