"""Finding records by words: any order, without case and accents, typing errors forgiven, best first."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.spec import Record, Resource, System, fields
from harvest_mcp.text.render import as_csv, count, folded

EXACT, BEGINS, HOLDS = 100.0, 95.0, 85.0
ALIKE = 75
"""How alike, of 100, two words must be to pass for a typing error of each other."""
OTHER_COLUMN = 0.9
"""What a match outside the record's own name weighs."""

Names = dict[tuple[str, str, int], str]
"""Names of records seen on the way, by system, noun and id."""


@dataclass(frozen=True, slots=True)
class Match:
    """One word of the query met one word of a record."""

    score: float
    column: str
    word: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A record all words of the query met, how well of 100, and where."""

    score: float
    system: System
    resource: Resource[Record]
    record: Record
    matches: tuple[Match, ...]


def search(query: str, system: System, resource: Resource[Record], rows: Sequence[Record], names: Names) -> list[Hit]:
    """The records in which every word of the query is met; an owner's name counts where `names` has it."""
    places = _places(system, resource, rows, names)
    met = [_met(word, places, resource) for word in dict.fromkeys(_words(query))]
    if not met:
        return []
    everywhere = set(met[0]).intersection(*met[1:])
    return [
        Hit(sum(each[at].score for each in met) / len(met), system, resource, rows[at], tuple(each[at] for each in met))
        for at in everywhere
    ]


def report(hits: Iterable[Hit], names: Names, notes: Sequence[str], partly: str, *, limit: int, named: bool) -> str:
    """The best hits as CSV: kind, id, name, whose it is, how well it fits and why; `named` puts the system first."""
    ranked = sorted(hits, key=lambda hit: (-hit.score, hit.system.name, hit.resource.plural, hit.record.id))
    rows = [
        (
            *([hit.system.name] if named else []),
            hit.resource.noun,
            hit.record.id,
            hit.resource.name_of(hit.record),
            _of(hit, names),
            round(hit.score),
            _why(hit),
        )
        for hit in ranked[:limit]
    ]
    table, shown = as_csv((*(["system"] if named else []), "kind", "id", "name", "of", "score", "why"), rows)
    head = f"# {count(len(ranked), 'hit')}" if shown == len(ranked) else f"# {shown} of {len(ranked)} hits"
    head = "; ".join(filter(None, (head, *notes, partly)))
    on = "A list tool with the same query goes on from there" if partly else "Try fewer or other words, or a list tool"
    return f"{head}\n{table}" if shown else f"{head}. {on}."


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", folded(text))


def _places(
    system: System, resource: Resource[Record], rows: Sequence[Record], names: Names
) -> dict[str, list[tuple[int, str]]]:
    """Where each word stands: row and column."""
    columns = fields(resource.record)
    texts = [name for name, item in columns.items() if item.type is str and not item.server_set]
    refs = [(name, item.ref) for name, item in columns.items() if item.ref]
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for at, row in enumerate(rows):
        places[str(row.id)].append((at, "id"))
        told = [(column, getattr(row, column)) for column in texts]
        told += [(noun, names.get((system.name, noun, getattr(row, column)))) for column, noun in refs]
        for column, text in told:
            for word in _words(text or ""):
                places[word].append((at, column))
    return places


def _met(wanted: str, places: Mapping[str, list[tuple[int, str]]], resource: Resource[Record]) -> dict[int, Match]:
    """The best match of one word in each row that has any."""
    best: dict[int, Match] = {}
    for word, score in _scores(wanted, places).items():
        for at, column in places[word]:
            weighed = score if column in resource.label or column == "id" else score * OTHER_COLUMN
            if at not in best or weighed > best[at].score:
                best[at] = Match(weighed, column, word)
    return best


def _scores(wanted: str, words: Mapping[str, object]) -> dict[str, float]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only the search needs it

    scores: dict[str, float] = {}
    if len(wanted) > 3 and not wanted.isdigit():  # a number with another digit is another number
        alike = process.extract(wanted, list(words), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        scores = {word: score * OTHER_COLUMN for word, score, _ in alike}
    for word in words:
        if wanted == word:
            scores[word] = EXACT
        elif word.startswith(wanted):
            scores[word] = BEGINS
        elif len(wanted) > 2 and wanted in word:
            scores[word] = max(HOLDS, scores.get(word, 0))
    return scores


def _of(hit: Hit, names: Names) -> str:
    """The owner's name where it was seen, otherwise its id."""
    for name, item in fields(hit.resource.record).items():
        if item.ref and (owner := getattr(hit.record, name)) is not None:
            return names.get((hit.system.name, item.ref, owner)) or f"{item.ref} {owner}"
    return ""


def _why(hit: Hit) -> str:
    return ", ".join(f"{match.column} {match.word}" for match in hit.matches)
