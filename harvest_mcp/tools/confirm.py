"""Asking a person before something that cannot be taken back: the policy, and the ways to a yes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from harvest_mcp.errors import ApprovalNeeded, ConfirmationNeeded, NotConfirmed
from harvest_mcp.tools.consents import LIFETIME, MOST_OPEN, Consents, Kind, typed_code
from harvest_mcp.tools.question import Matter, Question

__all__ = ["LIFETIME", "MOST_OPEN", "Answer", "Confirmation", "Consents", "Matter", "Person", "Policy", "Question"]

Policy = Literal["ask", "token", "strict"]
Answer = Literal["yes", "unticked", "declined", "cancelled"]
Build = Callable[[], Awaitable[Question]]
Again = Callable[[str], str]
"""How to repeat a call with a code, as it must be typed."""

REFUSED: dict[Answer, str] = {
    "unticked": "The person did not tick the box.",
    "declined": "The person declined.",
    "cancelled": "The person closed the question without an answer.",
}


class Form(Protocol):
    """Shows a question to the person at the client; returns the answer, or comes back with it in a later call."""

    async def __call__(self, question: Question, code: str) -> Answer: ...


class Page(Protocol):
    """Where a person can see a question outside the conversation, and decide."""

    def offer(self, code: str) -> str:
        """The link to this question, open as long as it waits; empty when none can be had here."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Person:
    """How the person behind a call can be asked: by a form, or with the answer already brought along."""

    form: Form | None = None
    answered: tuple[str, Answer] | None = None


NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The operator's policy, the open questions, and where a person decides when the client cannot show a form.

    `command` gives what to type in a terminal instead of opening the page, for a code.
    """

    policy: Policy
    consents: Consents
    page: Page | None = None
    command: Callable[[str], str] = "harvest-mcp approve {}".format

    async def obtain(self, build: Build, person: Person, *, matter: Matter, code: str | None, again: Again) -> None:
        """Return only when a person, or under `token` the caller, agreed to the question as it reads now.

        `build` reads the record afresh.

        Raises:
            NotConfirmed: nobody agreed; the caller must not act.
            StateError: consents cannot be kept, so nobody can agree.
        """
        if self.policy == "token":
            await self._by_token(build, matter, code, again)
        elif person.answered is not None:
            await self._answered(*person.answered, build, matter)
        elif person.form is not None:
            question = await build()
            ticket = await self.consents.issue(question, "form")
            await self._answered(ticket, await person.form(question, ticket), build, matter)
        elif self.policy == "strict":
            raise NotConfirmed(
                "This server asks a person in a form, and this client cannot show one.",
                next="Use a client with forms (elicitation), such as Claude Code, VS Code or Cursor.",
            )
        else:
            await self._outside(build, matter, code, again)

    async def aclose(self) -> None:
        if self.page is not None:
            await self.page.aclose()

    async def _answered(self, code: str, answer: Answer, build: Build, matter: Matter) -> None:
        """A no needs no second look; a yes counts only for the record as it is now."""
        if answer != "yes":
            await self.consents.drop(code, "form", matter)
            raise NotConfirmed(REFUSED[answer])
        await self._take(code, "form", build, matter)

    async def _by_token(self, build: Build, matter: Matter, code: str | None, again: Again) -> None:
        """Two calls: the code shows that the caller saw the question, and nothing about a person."""
        if code is None:
            question = await build()
            fresh = await self.consents.issue(question, "token")
            raise ConfirmationNeeded(question.text, fresh, again=again(fresh))
        await self._take(code, "token", build, matter)

    async def _outside(self, build: Build, matter: Matter, code: str | None, again: Again) -> None:
        """A page on this machine, or a terminal, where a person decides; the code alone is worth nothing."""
        if code is None:
            question = await build()
            fresh = await self.consents.issue(question, "approval")
            raise self._waiting(f"This needs a person's approval: {question.text}", fresh, again)
        code = typed_code(code)
        if await self.consents.check(code, "approval", matter) == "open":
            await self.consents.awaits(code, "approval", await build())
            raise self._waiting(f"Nobody has decided about {code} yet.", code, again)
        await self.consents.take(code, "approval", await build())

    def _waiting(self, what: str, code: str, again: Again) -> ApprovalNeeded:
        link = self.page.offer(code) if self.page else ""
        return ApprovalNeeded(what, code, link=link, command=self.command(code), again=again(code))

    async def _take(self, code: str, kind: Kind, build: Build, matter: Matter) -> None:
        await self.consents.check(code, kind, matter)
        await self.consents.take(code, kind, await build())
