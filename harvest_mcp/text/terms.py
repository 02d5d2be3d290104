"""The words of a query, and the texts of a record in which they are looked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Literal

from harvest_mcp.spec import Part, Record, Resource, fields
from harvest_mcp.text.folding import PHONE, QUOTE_MARKS, fold, form_of, phones, same_phone, unaccented

NOBODY: Mapping[Any, Any] = {}
NO_WORDS = frozenset[str]()
ENDS = ".?!:"
"""Punctuation that may follow an e-mail address in a sentence."""
EDGES = " \t,;:!?()[]<>\"'“”„«»‚‘"
MAIL = re.compile(r"[^\s,;<>()\[\]\"']+@[^\s,;<>()\[\]\"']+")
SCHEME = re.compile(r"\b(?:mailto|tel):", re.IGNORECASE)
OWNED = re.compile(r"([dl]')?(\w.*?)('s)?", re.IGNORECASE)
"""A word with a possessive or an article attached: `SuprCorp's`, `l'Atelier`."""
APART = re.compile(r"\s+|(?<=[^\W\d])[,;](?=[^\W\d])")
LINKS = {
    *("at", "from", "of", "with", "in", "by", "for", "the", "and", "to", "on"),
    *("chez", "de", "du", "des", "la", "le", "les", "et", "a", "au", "aux", "en", "dans", "pour", "par", "sur"),
    *("siret", "siren", "tva", "tel"),
    *("bei", "von", "vom", "der", "die", "das", "und", "mit"),
}
"""Words that connect a name to its owner and need not match: `Jane at SuprCorp`, `Anne de Lacaze`."""
SIRET = 14
"""The digits of a French establishment's number."""
Kind = Literal["word", "mail", "phone", "link"]


@dataclass(frozen=True, slots=True)
class Text:
    """A record's folded texts: all of it, and words that count only as a whole."""

    all: str
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query, an e-mail address, or a telephone number; `digits` are its significant ones.

    An `optional` one need not be there: the legal form of a company, or a link such as `at`.
    """

    said: str
    text: str
    kind: Kind = "word"
    digits: str = ""
    optional: bool = False
    siren: str = ""
    """The company's number, which a SIRET of fourteen digits begins with."""

    def met_by(self, text: "Text") -> bool:
        """Return whether a record's text contains it."""
        if self.text in text.all or self.text in text.words:
            return True
        if self.siren and self.siren in re.findall(r"\d+", text.all):
            return True
        return bool(self.digits) and any(same_phone(self.digits, each) for each in phones(text.all))


def terms(query: str, *, split: bool = False, exact: bool = False) -> list[Term]:
    """Return the words of a query, each once; with `split` each is letters and digits alone.

    With `exact`, possessives and articles stay part of the word: `SuprCorp's`.
    """
    found: list[Term] = []
    rest = query
    for number in PHONE.findall(query):
        if digits := phones(number):
            bare = re.sub(r"\D", "", number)
            siren = bare[:9] if len(bare) == SIRET and number[:1].isdigit() else ""
            found.append(Term(number, fold(number), "phone", digits[0], siren=siren))
            rest = rest.replace(number, " ", 1)
    rest = SCHEME.sub(" ", rest)
    for mail in (each.rstrip(ENDS) for each in MAIL.findall(rest)):
        if not split or "." in mail.rpartition("@")[2]:  # `Jane@SuprCorp` is two words
            found.append(Term(mail, fold(mail), "mail"))
            rest = rest.replace(mail, " ", 1)
    forms = not query.isupper()
    parts = rest.split() if exact else filter(None, APART.split(rest))
    words = [word for raw in parts for word in _words(raw, split=split, forms=forms, exact=exact)]
    if not split and not found and not words:
        words = [Term(raw, fold(raw)) for raw in rest.split()]
    found += words
    needed = any(not term.optional for term in found)
    unique = {term.text: term for term in found}.values()
    return [term if needed else Term(term.said, term.text, term.kind, term.digits) for term in unique]


def _words(raw: str, *, split: bool, forms: bool, exact: bool) -> Iterator[Term]:
    bare = raw.strip(EDGES) or raw
    parts = None if exact else OWNED.fullmatch(bare.translate(QUOTE_MARKS))
    before, after = (parts[1], parts[3]) if parts else (None, None)
    core = bare[len(before or "") : len(bare) - len(after or "")]
    optional = forms and bool(form_of([core]))
    link = fold(core) in LINKS or re.search(r"\w", core) is None
    for word in re.findall(r"\w+", fold(core)) if split else [fold(core)]:
        yield Term(word if split else core, word, "link" if link else "word", optional=optional or link)
    for sign in filter(None, (before, after)):
        yield Term(sign, fold(sign).strip("'") if split else fold(sign), "link", optional=True)


@dataclass(frozen=True, slots=True)
class Texts:
    """The columns of a kind of record that contain words.

    `own` are texts, `inner` bookkeeping, which only whole words match; `within` child lists with their texts; `refs`
    references, each with its kind and the column with its name, if any.
    """

    own: tuple[str, ...]
    inner: tuple[str, ...]
    within: tuple[tuple[str, tuple[str, ...]], ...]
    refs: tuple[tuple[str, str, str], ...]

    @property
    def told(self) -> tuple[str, ...]:
        """What was searched, in words: columns, and names of referenced records."""
        others = dict.fromkeys(f"the {noun.replace('_', ' ')}'s name" for _, noun, _ in self.refs)
        return (*self.own, *(name for name, _ in self.within), *others)


@cache
def texts(resource: Resource[Record]) -> Texts:
    """Return the columns to search: all that contain words and are not private."""
    known = fields(resource.record)
    plain = [item for item in known.values() if item.type is str and not (item.many or item.private or item.sent_only)]
    within = [(item.name, _texts_of(item.type)) for item in known.values() if item.many and not item.private]
    refs = [
        (item.name, item.ref, named if (named := f"{item.ref}_name") in known else "")
        for item in known.values()
        if item.ref and not item.many and not item.sent_only
    ]
    beside = {name for _, _, name in refs}
    return Texts(
        own=tuple(item.name for item in plain if not item.inner or item.name in beside),
        inner=tuple(item.name for item in plain if item.inner and item.name not in beside),
        within=tuple(each for each in within if each[1]),
        refs=tuple(refs),
    )


@cache
def _texts_of(kind: type[Part]) -> tuple[str, ...]:
    return tuple(
        item.name
        for item in fields(kind).values()
        if item.type is str and not (item.inner or item.private or item.many or item.coded)
    )


def told(resource: Resource[Record], row: Record) -> Iterator[tuple[str, str]]:
    """Yield every text of a record with its column; a child's with the column of the list."""
    at = texts(resource)
    yield from _told(at, row)
    yield from _inner(at, row)


def _told(at: Texts, row: Record) -> Iterator[tuple[str, str]]:
    of = {named: noun for _, noun, named in at.refs if named}
    for column in at.own:
        if value := getattr(row, column):
            yield of.get(column, column), value
    yield from _beside(at, row)


def _beside(at: Texts, row: Record) -> Iterator[tuple[str, str]]:
    """Yield the texts of its children, and of undocumented elements."""
    for column, names in at.within:
        for child in getattr(row, column) or ():
            for name in names:
                if value := getattr(child, name):
                    yield column, value
    if extra := row.model_extra:
        yield from ((name, value) for name, value in extra.items() if isinstance(value, str) and value)


def _inner(at: Texts, row: Record) -> Iterator[tuple[str, str]]:
    for column in at.inner:
        if (value := getattr(row, column)) and not value.startswith("http"):
            yield column, value


def folded(
    resource: Resource[Record], rows: Sequence[Record], names: Mapping[str, Mapping[int, str]] = NOBODY
) -> list[Text]:
    """Return everything to search, row by row; `names` are those of referenced records by kind and id."""
    at = texts(resource)
    known = [(column, named, names[noun]) for column, noun, named in at.refs if names.get(noun)]
    own = itemgetter(*at.own, "id", "id")  # a tuple even of one
    beside = bool(at.within) or resource.record.model_config.get("extra") == "allow"
    if known or beside or at.inner:
        return [_folded(at, row, known, own(row.__dict__)[:-2]) for row in rows]
    return [Text(unaccented("\n".join(filter(None, own(row.__dict__)[:-2])))) for row in rows]


Called = tuple[str, str, Mapping[int, str]]
"""A reference: its column, that of its name if the record has one, and the names that are known."""


def _folded(at: Texts, row: Record, names: Sequence[Called], own: Sequence[str | None]) -> Text:
    said = [value for value in own if value]
    if at.within or row.model_extra:
        said += [value for _, value in _beside(at, row)]
    for column, named, known in names:
        id = getattr(row, column)
        if id and not (named and getattr(row, named)) and (name := known.get(id)):
            said.append(name)
    words = (word for _, value in _inner(at, row) for word in unaccented(value).split()) if at.inner else ()
    return Text(unaccented("\n".join(said)), frozenset(words) if at.inner else NO_WORDS)
