"""A person or company reduced to what is compared: names in every spelling, mailboxes, telephone numbers."""

import re
from dataclasses import dataclass
from functools import cached_property

from harvest_mcp.text.folding import fold, name
from harvest_mcp.text.known_words import MARKS, ROLES, TITLES

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"})
AND = re.compile(r"\s*(?:&|\+|\b(?:und|and|et|og|och|en|y)\b)\s*")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Telephone:
    """The significant digits of a number, and whether it is personal: a mobile."""

    digits: str
    own: bool = False


@dataclass(frozen=True)
class Card:
    """What is compared of a person or company.

    `first` is empty for a company; `owner` is the person's company; `place` an address; `number` the company's
    registration number.
    """

    last: str
    first: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[Telephone, ...] = ()
    owner: str = ""
    title: str = ""
    place: str = ""
    number: str = ""

    @cached_property
    def given(self) -> frozenset[tuple[str, ...]]:
        """The words of the first name, in both spellings of umlauts."""
        return frozenset(words(text) for text in _spellings(self.first))

    @cached_property
    def family(self) -> frozenset[tuple[str, ...]]:
        """The words of the last name."""
        return frozenset(words(text) for text in _spellings(self.last))

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The mailboxes in their compared form."""
        return frozenset(mailbox(each) for each in self.mails if "@" in each)

    @property
    def own_addresses(self) -> frozenset[str]:
        """Those that are personal, as far as one can tell."""
        return frozenset(each for each in self.addresses if not shared(each))

    @cached_property
    def companies(self) -> frozenset[tuple[str, str]]:
        """The company's name without its legal form, and that form, in both spellings."""
        return frozenset(
            (_plain(told.base or told.whole), told.form) for told in map(name, map(_unmarked, _spellings(self.last)))
        )


def mailbox(address: str) -> str:
    """Return an address in its compared form: without case, a tag after a plus, or another name of the same host."""
    local, _, host = fold(address.strip()).rpartition("@")
    host = {"googlemail.com": "gmail.com"}.get(host, host)
    return f"{local.partition('+')[0]}@{host}"


def shared(address: str) -> bool:
    """Return whether a mailbox is an office's rather than a person's."""
    local = address.partition("@")[0]
    return local in ROLES or any(word in ROLES for word in re.split(r"[._-]", local))


def _spellings(text: str) -> set[str]:
    return {text, text.translate(GERMAN)}


def words(text: str) -> tuple[str, ...]:
    words = WORD.findall(re.sub(r"['’.]", lambda found: " " if found[0] == "." else "", fold(text)))
    return tuple(word for word in words if word not in TITLES)


def _unmarked(text: str) -> str:
    """Drop what people write after a duplicate's name: `(old)`."""
    return re.sub(r"\s*[(\[]([^)\]]*)[)\]]\s*$", lambda found: "" if fold(found[1]) in MARKS else found[0], text)


def _plain(text: str) -> str:
    """Return the letters of a company's name; `&`, `und` and `and` are equal, blanks and hyphens are dropped."""
    text = re.sub(r"^(?:the|la|le|les|die|der|das)\s+", "", AND.sub(" & ", fold(text)))
    return "".join(re.findall(r"[^\W_]+|&", text))
