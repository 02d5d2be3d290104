"""Match records by words in any order, ignoring case and accents and forgiving typing errors, best first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.spec import Record, Resource, System
from harvest_mcp.text.folding import fold, phones, same_phone
from harvest_mcp.text.terms import MAIL, Term, folded, texts, told
from harvest_mcp.tools.search.haystack import WORD, Haystack

EXACT, BEGINS, HOLDS = 100.0, 95.0, 85.0
ALIKE, MAILS_ALIKE = 75, 92
"""The least similarity in per cent of typing errors; higher for addresses, as they share their ends."""
OTHER_COLUMN = 0.9
"""The weight of a match outside the record's own name."""

Names = Mapping[tuple[str, str, int], str]
"""Names of records by system, noun and id."""
Scores = Mapping[str, float]
"""The score of each word for a term."""


@dataclass(frozen=True, slots=True)
class Match:
    """One word of the query matched one word of a record."""

    score: float
    column: str
    word: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that the query matched, with a score up to 100, and where."""

    score: float
    system: System
    resource: Resource[Record]
    record: Record
    matches: tuple[Match, ...]
    names: Names


@dataclass(frozen=True, slots=True)
class Looked:
    """One kind that was searched: its rows, and for each term the rows it is in."""

    system: System
    resource: Resource[Record]
    rows: Sequence[Record]
    names: Names
    scores: tuple[Scores, ...]
    at: tuple[frozenset[int], ...]

    def hits(self, words: Sequence[Term], wanted: Sequence[int]) -> Iterator[Hit]:
        """Yield the records that match all the wanted terms."""
        if not wanted:
            return
        for row in frozenset.intersection(*(self.at[each] for each in wanted)):
            places = list(_places(self, self.rows[row]))
            also = [
                each for each, term in enumerate(words) if each in wanted or (term.optional and row in self.at[each])
            ]
            met = [_best(words[each], self.scores[each], places, self.resource) for each in also]
            if all(met):
                found = tuple(match for match in met if match)
                score = sum(match.score for match in found) / len(found)
                yield Hit(score, self.system, self.resource, self.rows[row], found, self.names)


def look(
    words: Sequence[Term], system: System, resource: Resource[Record], rows: Sequence[Record], names: Names
) -> Looked:
    """Look for every term in every row; an owner's name counts if `names` has it."""
    said = folded(resource, rows, {noun: _of(system, noun, names) for _, noun, _ in texts(resource).refs})
    mails = any(term.kind == "mail" for term in words)
    stack = Haystack(said, [str(row.id) for row in rows])
    known = list(stack.words(words, mails=mails))
    blob = "\n".join(["", *known, ""])
    scores = tuple(_scores(term, known, blob) for term in words)
    at = tuple(
        stack.holding(frozenset(met), term) | stack.dialled(term) for term, met in zip(words, scores, strict=True)
    )
    return Looked(system, resource, rows, names, scores, at)


def _of(system: System, noun: str, names: Names) -> Mapping[int, str]:
    return {id: name for (of, kind, id), name in names.items() if (of, kind) == (system.name, noun)}


def _places(looked: Looked, row: Record) -> Iterator[tuple[str, str]]:
    """Yield every text of one record, by its column."""
    yield "id", str(row.id)
    yield from told(looked.resource, row)
    for column, noun, named in texts(looked.resource).refs:
        if id := getattr(row, column):
            name = (getattr(row, named) if named else "") or looked.names.get((looked.system.name, noun, id))
            yield from [(noun, name)] if name else []


def _best(term: Term, scores: Scores, places: Sequence[tuple[str, str]], resource: Resource[Record]) -> Match | None:
    """Return the best match of one term in a record."""
    best: Match | None = None
    for column, value in places:
        weight = 1.0 if column in resource.label or column == "id" else OTHER_COLUMN
        if term.digits and any(same_phone(term.digits, each) for each in phones(value)):
            return Match(EXACT, column, value)
        folded = fold(value)
        for word in (*WORD.findall(folded), *MAIL.findall(folded)):
            if (score := scores.get(word)) and (best is None or score * weight > best.score):
                best = Match(score * weight, column, word)
    return best


def _scores(term: Term, words: Sequence[str], blob: str) -> dict[str, float]:
    """Return the score of each word for a term, a link as it is alone; `blob` has the words, one a line."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only the search needs it

    wanted = term.text
    if term.kind == "link":
        return {wanted: EXACT} if wanted in words else {}
    scores = {term.siren: EXACT} if term.siren in words else dict[str, float]()
    misspelled = len(wanted) > 3 and not wanted.isdigit() and term.kind != "phone"
    if misspelled:  # numbers with another digit are other numbers
        least = MAILS_ALIKE if term.kind == "mail" else ALIKE
        alike = process.extract(wanted, words, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        scores |= {word: score * OTHER_COLUMN for word, score, _ in alike}
    for word in _holding(wanted, blob):
        if wanted == word:
            scores[word] = EXACT
        elif word.startswith(wanted):
            scores[word] = BEGINS
        elif len(wanted) > 2:
            scores[word] = max(HOLDS, scores.get(word, 0))
    return scores


def _holding(wanted: str, blob: str) -> Iterator[str]:
    """Yield the lines that contain it."""
    at = blob.find(wanted) if "\n" not in wanted else -1
    while at >= 0:
        end = blob.find("\n", at)
        yield blob[blob.rfind("\n", 0, at) + 1 : end]
        at = blob.find(wanted, end)
