"""A question to a person before something irreversible, and everything its answer is bound to."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import BaseModel

CUT = (80, None)
"""The most characters of a name: in the label of a box, and in a question, which has it in full."""
MOST = 2000
"""The most characters of a question in the caller's answer; the person asked sees all of it."""


def doing(does: str, what: str) -> str:
    """Name the act to confirm, around its object: `delete it`, `mark it as sent`."""
    verb, _, rest = does.partition(" ")
    return f"{verb} {what} {rest}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a consent is for: one tool on one record of one account, called by one principal."""

    system: str
    account: str
    principal: str
    tool: str
    noun: str
    record: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSheet:
    """What a person sees besides the question; mostly other people's text, to be escaped where it is shown.

    `does` is the act, such as `delete` or `mark as sent`. `untouched` is said if nobody confirmed; `goes` are the
    records deleted along, in words and each with its name and id; `notes` full sentences; `lost` what is missing even
    if the record is created again.
    """

    does: str
    untouched: str
    name: str
    place: str
    fields: tuple[tuple[str, str], ...]
    goes: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    notes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    again: bool = True
    """Whether an undo can create a deleted record again."""
    apart: str = ""
    """How it differs from others of its name: `client "SuprCorp", email "ana@suprcorp.example"`."""

    @classmethod
    def stored(cls, kept: Mapping[str, Any]) -> "QuestionSheet":
        """Return a sheet from its stored JSON."""
        return cls(
            does=kept["does"],
            untouched=kept["untouched"],
            name=kept["name"],
            place=kept["place"],
            fields=tuple((name, value) for name, value in kept["fields"]),
            goes=tuple((words, tuple((name, id) for name, id in rows)) for words, rows in kept["goes"]),
            notes=tuple(kept["notes"]),
            lost=tuple(kept["lost"]),
            again=kept["again"],
            apart=kept.get("apart", ""),
        )


def facts(record: BaseModel | None) -> object:
    """Return everything that was read of a record, private values included: consents are bound to it, nobody is shown
    it."""
    return None if record is None else record.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class Question:
    """The text, the label of a yes (`tick`), and what it is about.

    `content` is the record and what goes with it, as `facts` returns them; `sheet` is how a page shows them.
    """

    text: str
    tick: str
    matter: Matter
    content: tuple[object, ...]
    sheet: QuestionSheet

    @property
    def brief(self) -> str:
        """The text for the caller, cut with a note of how much more there is."""
        if len(self.text) <= MOST:
            return self.text
        return f"{self.text[:MOST]}… ({len(self.text):,} characters; the person is shown all of them.)"

    @property
    def binding(self) -> str:
        """A digest of the question and its content; any change makes it another question."""
        facts = json.dumps([self.text, asdict(self.matter), *self.content], default=str)
        return hashlib.sha256(facts.encode(errors="surrogatepass")).hexdigest()
