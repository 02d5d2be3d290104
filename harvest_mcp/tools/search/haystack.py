"""The texts of many rows joined into one, which is searched at once for the rows that have a word."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from harvest_mcp.text.folding import LEAST_DIGITS, phones, same_phone
from harvest_mcp.text.terms import MAIL, Term, Text

WORD = re.compile(r"\w+")
BETWEEN = "\x1e"
"""Separates rows: a blank to every pattern, and never within a number."""
OF_WORDS, OF_MAILS = re.compile(r"\w"), re.compile(r"[^\s,;<>()\[\]\"']")
MAILED = re.compile(f"{OF_MAILS.pattern}+")
"""Characters that continue a word, and an address by `MAIL`."""
APART = r"(?:\(0\)|[ \u00a0./()-])*"
"""What may be between the digits of a telephone number, whose last digits decide whether to look closer."""
FEW = 50
"""The most words to look for one by one; for more, every row is searched."""


@dataclass(slots=True)
class Haystack:
    """The folded texts of rows, and their ids as text."""

    said: Sequence[Text]
    ids: Sequence[str]
    all: str = field(init=False)
    starts: list[int] = field(init=False)
    """The position at which each row begins."""
    inner: bool = field(init=False)
    """Whether rows have words that only match as a whole."""

    def __post_init__(self) -> None:
        """Join the rows."""
        self.all = BETWEEN.join(text.all for text in self.said)
        self.starts = list(accumulate((len(text.all) + 1 for text in self.said), initial=0))[:-1]
        self.inner = any(text.words for text in self.said)

    def words(self, terms: Sequence[Term], *, mails: bool) -> set[str]:
        """Return every word, ids included; whole addresses if one is sought, and words of bookkeeping columns that
        match."""
        found = {*WORD.findall(self.all), *self.ids}
        if mails:
            found.update(run for run in MAILED.findall(self.all) if "@" in run[1:-1])  # faster than `MAIL`
        if self.inner:
            found.update(term.text for term in terms if any(term.text in text.words for text in self.said))
        return found

    def holding(self, words: Collection[str], term: Term) -> frozenset[int]:
        """Return the rows that have one of these words, or the term in a bookkeeping column."""
        found = {row for row, id in enumerate(self.ids) if id in words}
        if self.inner and term.text in words:
            found.update(row for row, text in enumerate(self.said) if term.text in text.words)
        if len(words) <= FEW:
            return frozenset(found.union(*(self._with(word) for word in words)))
        wanted, kinds = frozenset(words), (WORD, MAIL) if any("@" in word for word in words) else (WORD,)
        found.update(
            row
            for row, text in enumerate(self.said)
            if any(not wanted.isdisjoint(kind.findall(text.all)) for kind in kinds)
        )
        return frozenset(found)

    def dialled(self, term: Term) -> frozenset[int]:
        """Return the rows with a telephone number, as written or by its digits."""
        if not term.digits:
            return frozenset()
        found = {self._row(each.start()) for each in re.finditer(re.escape(term.text), self.all)}
        found.update(row for row, text in enumerate(self.said) if self.inner and term.text in text.words)
        like = {self._row(each.start()) for each in re.finditer(APART.join(term.digits[1 - LEAST_DIGITS :]), self.all)}
        found.update(row for row in like if any(same_phone(term.digits, each) for each in phones(self.said[row].all)))
        return frozenset(found)

    def _with(self, word: str) -> Iterator[int]:
        """Yield the rows that have it as a word or an address."""
        goes_on = OF_MAILS if "@" in word else OF_WORDS
        whole = re.compile(f"{re.escape(word)}(?!{goes_on.pattern})")  # beginning with letters makes it fast
        for found in whole.finditer(self.all):
            at = found.start()
            if not at or not goes_on.match(self.all[at - 1]):
                yield self._row(at)

    def _row(self, at: int) -> int:
        return bisect_right(self.starts, at) - 1
