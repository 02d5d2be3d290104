"""Every error this package raises on purpose; each says what happened, the state of things, and what to do.

HarvestMcpError
├── SettingsError          the server cannot start as configured
├── StateError             the store of journal, consents and budgets cannot be used
├── InvalidArguments       a tool call's arguments are wrong
├── NoMatch                a reference names no record, or several
│   └── Ambiguous          digits that are the name of one record and the id of another
├── PossibleDuplicate      a create looks like a record that is already there
├── NotConfirmed           nobody agreed to something that cannot be taken back
│   ├── ConfirmationNeeded the question, and how to come back with the answer
│   └── ApprovalNeeded     a person has to decide outside the conversation, and has not yet
├── NotUndone              a change cannot be taken back
├── Overtaken              somebody else was at the record; nothing was sent
├── Closed                 the record may not be written any more; nothing was sent
├── Locked                 part of the record is fixed while it is locked; nothing was sent
├── WrongState             an action leaves another state than the record is in; nothing was sent
├── Unsettled              an earlier write to the record may still take effect; nothing was sent
├── Incomplete             not all of what a figure is made of could be read; there is no figure
├── StoredOtherwise        a list within a record reads back as another list than was sent
└── CallFailed             a call to the vendor did not succeed
    ├── NotFound           no such record, or no right to see it
    ├── Unauthorized       the credentials are wrong
    ├── Forbidden          this user has no right to it
    ├── Refused            a rule of the vendor's stands against it
    ├── Throttled          too many calls; wait
    │   └── GateClosed     this server says so itself, and sent nothing
    ├── Unreachable        the call never left this machine
    ├── Unavailable        the vendor failed, or its answer did not arrive
    ├── TooSlow            the time for this call ran out
    ├── Malformed          the answer is not the XML it should be
    ├── NotTheApi          something else answers at this address
    └── InDoubt            a write was sent and its fate is unknown
"""


class HarvestMcpError(Exception):
    """The base: `what` happened, the `state` things are in, and what to do `next`; `str()` joins the three."""

    def __init__(self, what: str, *, state: str = "", next: str = "") -> None:
        super().__init__(what)
        self.what, self.state, self.next = what, state, next

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.state, self.next) if part)

    def leaving(self, state: str) -> "HarvestMcpError":
        """The same error, saying what state a write left behind unless it already does."""
        self.state = self.state or state
        return self


class SettingsError(HarvestMcpError):
    """A setting is missing, wrong or contradicts another; raised before anything starts."""


class StateError(HarvestMcpError):
    """The state store is damaged, read-only, full, busy, out of reach or too new; writes stop, reads go on."""


class InvalidArguments(HarvestMcpError):
    """A tool call's arguments are wrong; `problems` holds one sentence each."""

    def __init__(self, tool: str, problems: list[str], *, known: list[str]) -> None:
        self.tool, self.problems, self.known = tool, problems, known
        names = ", ".join(known) or "no arguments"
        super().__init__("; ".join(problems) + ".", state="Nothing was sent.", next=f"{tool} takes: {names}.")


class Unfit(HarvestMcpError):
    """An argument is right by itself, and of no use in this account."""

    def __init__(self, what: str, *, next: str) -> None:
        super().__init__(what, state="Nothing was sent.", next=next)


class NoMatch(HarvestMcpError):
    """A reference by name fits no record, or more than one; `candidates` are `name (id)` texts."""

    def __init__(self, noun: str, value: str, candidates: list[str], *, matches: int, unread: str = "") -> None:
        """`unread` says what could not be looked through, and so may hold another of that name."""
        self.noun, self.value, self.candidates = noun, value, candidates
        if unread:
            there = f"There is {'; '.join(candidates)}, but there may be others. " if candidates else ""
            super().__init__(
                f"Not every {noun} could be looked through for '{value}': {unread}.", next=f"{there}Pass the id."
            )
            return
        count = "No" if matches == 0 else f"{matches}"
        near = f"{'Close' if matches == 0 else 'They are'}: {'; '.join(candidates)}. " if candidates else ""
        super().__init__(
            f"{count} {noun}{'' if matches == 0 else 's'} named exactly '{value}'.",
            next=f"{near}Pass the id, or the name as it is written there.",
        )


class NotOpen(HarvestMcpError):
    """A name fits none, or several, of what a person may track time on; `candidates` are `name (id)` texts."""

    def __init__(self, noun: str, value: str, candidates: list[str], *, matches: int, more: int = 0) -> None:
        self.noun, self.value, self.candidates = noun, value, candidates
        count = "No" if matches == 0 else f"{matches}"
        there = "; ".join(candidates) + (f"; and {more} more" if more else "")
        super().__init__(
            f"{count} {noun}{'' if matches == 0 else 's'} named exactly '{value}' to track time on.",
            state="Nothing was sent.",
            next=f"Pass an id or exact name of these: {there}."
            if there
            else f"The timesheet offers no {noun}: it is read-only, or nobody put this person on one.",
        )


class Ambiguous(NoMatch):
    """Digits that are the name of one record and the id of another, or the name of several."""

    def __init__(self, noun: str, value: str, fit: dict[int, str], *, label: str) -> None:
        """`fit` has those it fits by their ids, as `name (id)` texts; they are called by `label`."""
        super().__init__(noun, value, list(fit.values()), matches=len(fit))
        self.what = f"'{value}' fits {len(fit)} {noun}s by {label} or id: {'; '.join(fit.values())}."
        ways = " or ".join(f'{noun}="id {id}"' for id in fit)
        self.next = f"Say which: {ways}."


class PossibleDuplicate(HarvestMcpError):
    """A create was held back because `found` looks like the same thing."""

    def __init__(self, noun: str, found: list[str], *, sure: bool = False) -> None:
        self.noun, self.found = noun, found
        another = ", or call again with allow_duplicate=true to create another"
        super().__init__(
            f"This {noun} {'is' if sure else 'may already be'} there{' already' * sure}: {'; '.join(found)}.",
            state="Nothing was created.",
            next=f"Use or update that one{'' if sure else another}.",
        )


class NotConfirmed(HarvestMcpError):
    """Consent was declined, cancelled, unticked, expired, used before, or given for something else."""

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.next, self.state) if part)


class ConfirmationNeeded(NotConfirmed):
    """Nobody has been asked yet; `question` is what to put to a person, `code` what to come back with."""

    def __init__(self, question: str, code: str, *, again: str) -> None:
        self.question, self.code = question, code
        super().__init__(
            f"This needs a person's yes: {question}",
            next=f"Ask them, and only if they agree call {again.format(code=code)} within five minutes.",
        )


class ApprovalNeeded(NotConfirmed):
    """A person has to decide outside the conversation; `code` names the question, `link` leads to it if a page runs."""

    def __init__(self, what: str, code: str, *, link: str, command: str, again: str) -> None:
        self.code, self.link = code, link
        page = f"open {link} or " if link else ""
        super().__init__(
            what,
            next=f"Ask them to {page}run `{command}`, and once they approved call {again.format(code=code)};"
            " the code lasts five minutes.",
        )


class NotUndone(HarvestMcpError):
    """A change cannot be taken back: it was not carried out, or the record changed since."""


class Overtaken(HarvestMcpError):
    """Somebody else wrote to the record between the decision and the write; nothing was sent."""

    def __init__(self, noun: str, record: int | None, why: str) -> None:
        super().__init__(
            f"This was not sent to {noun} {record}: {why}.", next="Read it as it is now, and decide again."
        )


class Closed(HarvestMcpError):
    """The record is past the point up to which it may be written; nothing was sent."""

    def __init__(self, noun: str, record: int, column: str, value: str, only: str) -> None:
        super().__init__(
            f"{noun.capitalize()} {record} has the {column} {value}; only one of {only} is changed or deleted here.",
            next="Do it by hand where it belongs, if it may be done at all.",
        )


class Locked(HarvestMcpError):
    """A record is locked, which fixes some of its columns for everybody; nothing was sent."""

    def __init__(self, noun: str, record: int, why: str, columns: tuple[str, ...]) -> None:
        self.columns = columns
        super().__init__(
            f"{noun.capitalize()} {record} is locked{f' ({why})' if why else ''}, which fixes {', '.join(columns)}.",
            next="Send only what else changes; an administrator may do that.",
        )


class WrongState(HarvestMcpError):
    """An action leaves other states than the one the record is in; nothing was sent."""

    def __init__(self, what: str, column: str, now: str, of: tuple[str, ...], *, first: str = "") -> None:
        """`first` is the call that brings it to one of them."""
        super().__init__(
            f"This is done to one whose {column} is {' or '.join(of)}; {what} is {now}.",
            next=f"Call {first} first, if that is meant." if first else "",
        )


class Unsettled(HarvestMcpError):
    """An earlier write to the record may still take effect, and would undo or repeat this one; nothing was sent."""

    def __init__(self, change: int, what: str, *, seconds: float) -> None:
        self.change, self.seconds = change, seconds
        super().__init__(
            f"Change {change} of {what} is in doubt and may still take effect.",
            next=f"Call get_change(change_id={change}) in {max(1, round(seconds))} seconds, and then this again.",
        )


class Incomplete(HarvestMcpError):
    """Not everything that a total is made of could be read, so there is none; `read` says how far it came."""

    def __init__(self, missing: str, why: HarvestMcpError, *, read: str) -> None:
        self.missing, self.read = missing, read
        super().__init__(
            f"{missing} could not be read: {why.what}",
            state=f"{read}; no total is given over a part." if read else "No total is given.",
            next=why.next,
        )


class StoredOtherwise(HarvestMcpError):
    """A list within a record was written, and reads back as another list: something was doubled, lost or kept."""

    def __init__(self, title: str, sent: str, stored: str, *, change: int) -> None:
        self.sent, self.stored = sent, stored
        super().__init__(
            f"{title} took the change, but holds another list than was sent. Sent: {sent}. Stored: {stored}.",
            state=f"It is change {change} in the journal, with the list as it was before.",
            next="Read the record, and put it right there if need be.",
        )


class CallFailed(HarvestMcpError):
    """A call to the vendor did not succeed."""


class NotFound(CallFailed):
    """404: no such record or path, or this user may not see it (harvest-v1 6.1)."""


class Unauthorized(CallFailed):
    """401: the vendor does not accept the credentials."""


class Forbidden(CallFailed):
    """403: this user has no right to it, or the API is switched off for them."""


class Refused(CallFailed):
    """400 and kin: a rule of the vendor's; `hint` is the vendor's own explanation, cleaned, or empty.

    `kind` is the word the vendor has for it, or empty.
    """

    def __init__(self, what: str, *, hint: str = "", state: str = "", next: str = "") -> None:
        super().__init__(what, state=state, next=next)
        self.hint, self.kind = hint, ""


class Throttled(CallFailed):
    """The account's call budget is used up; `seconds` until it is worth trying again."""

    def __init__(self, what: str, *, seconds: float, next: str) -> None:
        super().__init__(what, next=next)
        self.seconds = seconds


class GateClosed(Throttled):
    """Waiting for the account's budget would take too long, so the call was not sent."""


class Unreachable(CallFailed):
    """No connection came about, so nothing was carried out."""


class Unavailable(CallFailed):
    """The vendor answered with a fault, or broke off."""


class TooSlow(CallFailed):
    """The deadline of the call passed."""


class Malformed(CallFailed):
    """The answer is not the document it should be; `code` names the rule, `line` the place. Never the text."""

    def __init__(self, code: str, *, line: int | None = None) -> None:
        self.code, self.line = code, line
        place = f" at line {line}" if line else ""
        super().__init__(
            f"The answer is not a document this server reads: {code}{place}.",
            next="Try once more; if it stays, run `harvest-mcp doctor` and report the code.",
        )


class NotTheApi(CallFailed):
    """Something other than the XML API answered: a web page, a sign-in form, a redirect elsewhere."""


class InDoubt(CallFailed):
    """A write left this machine and no answer says whether it was carried out. Never send it again blindly."""
