"""Errors on this side, before or beside a call to the vendor."""

from collections.abc import Collection
from typing import Self

from harvest_mcp.errors.base import HarvestMcpError


class InvalidArguments(HarvestMcpError):
    """A tool call's arguments are wrong; `problems` has one sentence each."""

    def __init__(self, tool: str, problems: list[str], *, known: Collection[str]) -> None:
        self.tool, self.problems, self.known = tool, problems, list(known)
        names = ", ".join(known) or "no arguments"
        super().__init__("; ".join(problems) + ".", state="Nothing was sent.", next=f"{tool} takes: {names}.")

    @classmethod
    def unchanging(cls, tool: str, known: Collection[str]) -> Self:
        """Return the error for an update without a field to change."""
        return cls(tool, ["no field to change was given"], known=known)


class Unfit(HarvestMcpError):
    """An argument is valid, but of no use in this account."""

    def __init__(self, what: str, *, next: str) -> None:
        super().__init__(what, state="Nothing was sent.", next=next)


def several(word: str) -> str:
    """Return the plural: `expense categories` for `expense category`."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


class NoMatch(HarvestMcpError):
    """A reference by name fits no record, or more than one; `candidates` are `name (id)` texts."""

    def __init__(self, noun: str, value: str, candidates: list[str], *, matches: int, unread: str = "") -> None:
        """`unread` says what could not be searched, and so may have another of that name."""
        self.noun, self.value, self.candidates, self.matches = noun, value, candidates, matches
        word = noun.replace("_", " ")
        if unread:
            there = f"There is {'; '.join(candidates)}, but there may be others. " if candidates else ""
            super().__init__(
                f"Not every {word} could be looked through for '{value}': {unread}.", next=f"{there}Pass the id."
            )
            return
        told = "; ".join(candidates)
        if matches:
            more = f"; and {matches - len(candidates)} more" if matches > len(candidates) else ""
            next = f"They are: {told}{more}. Pass the id."
        elif candidates:
            next = f"Similar: {told}. Pass the id, or the name as it is written there."
        else:
            next = "Nothing is named like it. Pass the id, or the whole name."
        super().__init__(f"{matches or 'No'} {several(word) if matches else word} named exactly '{value}'.", next=next)


class NotOpen(HarvestMcpError):
    """A name fits none, or several, of the projects and tasks a person may track time on; `candidates` are `name (id)`
    texts."""

    def __init__(self, noun: str, value: str, candidates: list[str], *, matches: int, more: int = 0) -> None:
        self.noun, self.value, self.candidates, self.matches = noun, value, candidates, matches
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
        """`fit` has the matching records by id, as `name (id)` texts; `label` is the column with their names."""
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
    """A question was declined, cancelled, unticked, expired, answered before, or about something else."""

    def _told(self, what: str, next: str) -> str:
        return " ".join(part for part in (what, next, self.state) if part)


class ConfirmationNeeded(NotConfirmed):
    """Nobody has been asked yet; `question` is what to ask a person, `again` the call to repeat."""

    def __init__(self, question: str, code: str, *, again: str) -> None:
        self.question, self.code = question, code
        super().__init__(
            f"This needs a person's yes: {question}",
            next=f"Ask them, and only if they agree call {again} within five minutes.",
        )


class ApprovalNeeded(NotConfirmed):
    """A person has to decide outside the conversation; `code` names the question, `link` leads to its page if there is
    one.

    The page is for the person asked; `who` may decide for them at a terminal.
    """

    def __init__(self, what: str, code: str, *, link: str, command: str, again: str, who: str = "them") -> None:
        self.code, self.link = code, link
        types = f"{who} to run `{command}`" if not link or who != "them" else f"run `{command}`"
        super().__init__(
            what,
            next=f"Ask {f'them to open {link} or ' if link else ''}{types}, and once they approved call {again};"
            " the code lasts five minutes.",
        )


class NotUndone(HarvestMcpError):
    """A change cannot be undone: it was not carried out, or the record changed since."""


class StalePlan(HarvestMcpError):
    """The account changed since a plan of many changes was made; nothing was sent."""


class Overtaken(HarvestMcpError):
    """Somebody else wrote to the record between the decision and the write; nothing was sent."""

    def __init__(self, noun: str, record: int | None, why: str) -> None:
        what = noun if record is None else f"{noun} {record}"
        super().__init__(f"This was not sent to {what}: {why}.", next="Read it as it is now, and decide again.")


class Closed(HarvestMcpError):
    """The record's state does not allow writing to it any more; nothing was sent."""

    def __init__(self, noun: str, record: int, column: str, value: str | None, only: str) -> None:
        super().__init__(
            f"{noun.capitalize()} {record} has {f'the {column} {value}' if value else f'no {column}'}; "
            f"only one of {only} is changed or deleted here.",
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
    """An action is not possible in the record's state; nothing was sent."""

    def __init__(self, what: str, column: str, now: str | None, of: tuple[str, ...], *, first: str = "") -> None:
        """`first` is the call that brings it to a state the action allows."""
        super().__init__(
            f"This is possible only while {column} is {' or '.join(of)}; "
            f"{what} {f'is {now}' if now else f'has no {column}'}.",
            next=f"Call {first} first, if that is meant." if first else "",
        )


class Unread(HarvestMcpError):
    """What a write goes by could not be read of its record; nothing was sent."""

    def __init__(self, what: str, column: str, *, title: str) -> None:
        super().__init__(
            f"{column} of {what} cannot be read.", next=f"Look at it in {title}, and do it there if need be."
        )


class Unsettled(HarvestMcpError):
    """An earlier write to the record may still take effect, and would undo or repeat this one; nothing was sent."""

    def __init__(self, change: int, what: str, *, seconds: float, accepted: bool = False) -> None:
        """Note `accepted` if the vendor accepted it, but the record reads as before."""
        self.change, self.seconds = change, seconds
        stands = "was accepted and does not show yet" if accepted else "is in doubt and may still take effect"
        super().__init__(
            f"Change {change} of {what} {stands}.",
            next=f"Call get_change(change_id={change}) in {max(1, round(seconds))} seconds, and then this again.",
        )


class Incomplete(HarvestMcpError):
    """Not everything that a total needs could be read, so there is none; `read` says how far it got."""

    def __init__(self, missing: str, why: HarvestMcpError, *, read: str) -> None:
        self.missing, self.read = missing, read
        super().__init__(
            f"{missing} could not be read: {why.what}",
            state=f"{read}; no total is given over a part." if read else "No total is given.",
            next=why.next,
            here=why.here,
        )

    @classmethod
    def behind(cls, plural: str, *, read: str, cut: bool = False) -> "Incomplete":
        """Return the error for a list with more pages than one call reads, or one that was `cut`: not all came."""
        why = HarvestMcpError(
            "it goes on behind the pages that one call reads.",
            next="Ask whoever runs this server to have more read.",
            here="Raise their number, a setting (INCWO_MAX_PAGES).",
        )
        if cut:
            why = HarvestMcpError("it did not come whole.", next="Try once more in a minute.")
        return cls(f"The list of {plural}", why, read=read)


class StoredOtherwise(HarvestMcpError):
    """A list within a record was stored as another list: something was doubled, lost or kept."""

    def __init__(self, title: str, apart: str, *, change: int) -> None:
        """`apart` says how the stored list differs from the one sent."""
        self.apart = apart
        super().__init__(
            f"{title} took the change, but holds another list than was sent: {apart}.",
            state=f"It is change {change} in the journal, with the list as it was before.",
            next="Read the record, and put it right there if need be.",
        )
