"""Ask a person before something irreversible: the operator's policy, and the ways to get a yes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from harvest_mcp.consent.question import Matter, Question
from harvest_mcp.consent.store import LIFETIME, MOST_OPEN, Consents, Kind, typed_code
from harvest_mcp.errors import ApprovalNeeded, ConfirmationNeeded, NotConfirmed

__all__ = [
    "LIFETIME",
    "MOST_OPEN",
    "READING",
    "Answer",
    "Confirmation",
    "Consents",
    "Matter",
    "Policy",
    "Question",
    "Respondent",
]  # fmt: skip

Policy = Literal["ask", "page", "token", "strict"]
Answer = Literal["yes", "unticked", "declined", "cancelled", "ended", "empty", "unreadable", "failed", "silent"]
"""The outcome of a form; with the last four, nobody may have seen it."""
Build = Callable[[], Awaitable[Question]]
Again = Callable[[str], str]
"""Returns how to repeat a call with a code, as typed."""

READING = 1.0
"""Seconds too few for a person to read a question and answer it."""
MOST_IN_A_FORM = 2000
"""The longest question, in characters, that forms can be trusted to show in full."""
REFUSED: dict[Answer, str] = {
    "unticked": "The person did not tick the box.",
    "declined": "The person declined.",
    "cancelled": "The person closed the question without an answer.",
}
UNSEEN: dict[Answer, str] = {
    "empty": "This client answered the question by itself: it accepted it with no answer in it.",
    "unreadable": "This client answered the question with something that is neither yes nor no.",
    "failed": "This client did not show the question: it answered with an error.",
    "silent": "Nobody answered the form within five minutes.",
}
ENDED = "This server ended before anybody answered the question."
QUICK = (
    "This client seems to have answered the question by itself: a no came after {:.1f} s, sooner than anybody reads it."
)
FORMS = "Use a client whose forms reach a person, such as Claude Code, VS Code or Cursor"


class Form(Protocol):
    """Shows a question to the person at the client; returns the answer, or ends the call to be repeated with it."""

    async def __call__(self, question: Question, code: str) -> Answer: ...


class ApprovalPage(Protocol):
    """A page outside the conversation where a person sees a question and decides."""

    def offer(self, code: str) -> str:
        """Return the link to this question, valid as long as it waits; empty if no page can be served here."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Respondent:
    """How the person behind a call can be asked: by a form, or with an answer sent along.

    `present`: the form is this program's own, so no client can have answered it.
    """

    form: Form | None = None
    answered: tuple[str, Answer] | None = None
    present: bool = False


NOBODY = Respondent()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The operator's policy, the open questions, and where a person decides if the client shows no forms.

    `command` returns what to type in a terminal instead of opening the page, and `types` who can. A no within `reading`
    seconds is taken as the client's own; a question of more than `most` characters is not put into a form.
    """

    policy: Policy
    consents: Consents
    page: ApprovalPage | None = None
    command: Callable[[str], str] = "harvest-mcp approve {}".format
    types: str = "them"
    reading: float = READING
    most: int = MOST_IN_A_FORM

    async def obtain(self, build: Build, person: Respondent, *, matter: Matter, code: str | None, again: Again) -> None:
        """Return once a person (with policy `token`, the caller) confirmed the question as it reads now.

        `build` reads the record afresh.

        Raises:
            NotConfirmed: nobody confirmed; the caller must not act.
            StateError: answers cannot be stored, so nobody can confirm.
        """
        if self.policy == "token":
            await self._by_token(build, matter, code, again)
        elif self.policy == "page":
            await self._outside(build, matter, code, again)
        elif person.answered is not None:
            await self._answered(*person.answered, build, matter, again)
        elif person.form is not None and not await self._decided_outside(code, matter):
            await self._by_form(person.form, build, person, matter, again)
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

    async def _by_form(self, form: Form, build: Build, person: Respondent, matter: Matter, again: Again) -> None:
        """Ask in a form, if it can show the whole question."""
        question = await build()
        if not person.present and len(question.text) > self.most:
            raise await self._instead("A form might not show all of this question.", question, again)
        ticket = await self.consents.issue(question, "form")
        shown = self.consents.clock()
        answer = await form(question, ticket)
        taken = float("inf") if person.present else self.consents.clock() - shown
        await self._answered(ticket, answer, build, matter, again, taken=taken)

    async def _answered(
        self, code: str, answer: Answer, build: Build, matter: Matter, again: Again, *, taken: float | None = None
    ) -> None:
        """Accept a no at once; a yes counts only if the record still reads the same.

        `taken` is how many seconds the answer took, if not counted from when the question was issued.
        """
        if answer == "yes":
            await self._take(code, "form", build, matter)
            return
        asked = await self.consents.drop(code, "form", matter)
        if answer == "ended":
            raise NotConfirmed(ENDED)
        if taken is None:
            taken = self.consents.clock() - asked if asked is not None else float("inf")
        if answer in REFUSED and not 0 <= taken < self.reading:
            raise NotConfirmed(REFUSED[answer])
        said = QUICK.format(taken) if answer in REFUSED else UNSEEN[answer]
        raise await self._instead(said, await build(), again)

    async def _decided_outside(self, code: str | None, matter: Matter) -> bool:
        """Return whether the caller sent the code of a question that is decided outside the conversation."""
        return self.policy == "ask" and code is not None and await self.consents.knows(typed_code(code), matter)

    async def _instead(self, said: str, question: Question, again: Again) -> NotConfirmed:
        """Say what to do if a form did not reach a person: the link and the code, unless only forms count."""
        if self.policy == "strict":
            return NotConfirmed(said, next=f"{FORMS}, or have this server started with --confirm ask.")
        fresh = await self.consents.issue(question, "approval")
        return self._waiting(f"{said} This needs a person's approval: {question.brief}", fresh, again)

    async def _by_token(self, build: Build, matter: Matter, code: str | None, again: Again) -> None:
        """Ask in two calls: the code proves that the caller saw the question, not that a person did."""
        if code is None:
            question = await build()
            fresh = await self.consents.issue(question, "token")
            raise ConfirmationNeeded(question.text, fresh, again=again(fresh))
        await self._take(code, "token", build, matter)

    async def _outside(self, build: Build, matter: Matter, code: str | None, again: Again) -> None:
        """Offer a page on this machine, or a terminal command, where a person decides; the code alone allows
        nothing."""
        if code is None:
            question = await build()
            fresh = await self.consents.issue(question, "approval")
            raise self._waiting(f"This needs a person's approval: {question.brief}", fresh, again)
        code = typed_code(code)
        if await self.consents.check(code, "approval", matter) == "open":
            await self.consents.awaits(code, "approval", await build())
            raise self._waiting(f"Nobody has decided about {code} yet.", code, again)
        await self.consents.take(code, "approval", await build())

    def _waiting(self, what: str, code: str, again: Again) -> ApprovalNeeded:
        link = self.page.offer(code) if self.page else ""
        return ApprovalNeeded(what, code, link=link, command=self.command(code), again=again(code), who=self.types)

    async def _take(self, code: str, kind: Kind, build: Build, matter: Matter) -> None:
        await self.consents.check(code, kind, matter)
        await self.consents.take(code, kind, await build())
