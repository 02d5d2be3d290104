"""Three hundred pairs of cards, labelled by hand, and how they are judged: `python -m tests.bulk.pairs`."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from harvest_mcp.text.card import Card, Telephone
from harvest_mcp.text.folding import phones
from harvest_mcp.text.twins import Verdict, pairs

PLACE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cards as one line has them; `label` is `twin`, or what makes two of them: `namesake`, `family`, `branch`."""

    label: str
    line: str
    cards: tuple[Card, Card]
    companies: bool

    @property
    def twin(self) -> bool:
        return self.label == "twin"

    def verdict(self) -> Verdict | None:
        """Return what is found when both are in one list."""
        found = list(pairs({1: self.cards[0], 2: self.cards[1]}, companies=self.companies))
        return found[0][2] if found else None


def read(name: str, *, companies: bool) -> Iterator[Pair]:
    for line in (PLACE / name).read_text("utf-8").splitlines():
        label, one, other = (part.strip() for part in line.split("|"))
        yield Pair(label, line, (card(one, companies=companies), card(other, companies=companies)), companies)


def card(text: str, *, companies: bool) -> Card:
    """`Ana/Souza; ana@kestrel.example; o+49 89 1; m+49 170 1; @Kestrel; !Buyer; ~Lyon; #552100554`."""
    head, *tokens = (part.strip() for part in text.split(";"))
    first, _, last = ("", "", head) if companies else head.partition("/")
    made = Card(last, first)
    for token in filter(None, tokens):
        kind, rest = token[0], token[1:]
        if kind in "om" and (found := phones(rest)):
            made = replace(made, phones=(*made.phones, Telephone(found[0], kind == "m")))
        elif kind in "@!~#":
            made = filled(made, kind, rest.strip())
        else:
            made = replace(made, mails=(*made.mails, token))
    return made


def filled(made: Card, kind: str, text: str) -> Card:
    if kind == "@":
        return replace(made, owner=text)
    if kind == "!":
        return replace(made, title=text)
    return replace(made, place=text) if kind == "~" else replace(made, number=text)


def every() -> list[Pair]:
    return [
        *read("pairs_of_people.txt", companies=False),
        *read("pairs_of_companies.txt", companies=True),
    ]


@dataclass(slots=True)
class Figures:
    """What was found of the twins, and what was taken for twins and is none."""

    found: list[Pair] = field(default_factory=list)
    missed: list[Pair] = field(default_factory=list)
    wrong: list[Pair] = field(default_factory=list)
    apart: list[Pair] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return len(self.found) / (len(self.found) + len(self.wrong))

    @property
    def recall(self) -> float:
        return len(self.found) / (len(self.found) + len(self.missed))


def figures() -> Figures:
    told = Figures()
    for each in every():
        if each.verdict():
            (told.found if each.twin else told.wrong).append(each)
        else:
            (told.missed if each.twin else told.apart).append(each)
    return told


def main() -> None:
    """Print every pair with what is said of it, and the figures."""
    told = figures()
    for each in every():
        verdict = each.verdict()
        said = f"{verdict.sure}: {', '.join(verdict.why)}" if verdict else "two"
        right = "  " if bool(verdict) == each.twin else "! "
        print(f"{right}{said} <- {each.line}")
    print(f"{len(every())} pairs, {len(told.found) + len(told.missed)} of them twins")
    print(
        f"precision {told.precision:.1%}, recall {told.recall:.1%}; {len(told.wrong)} wrong, {len(told.missed)} missed"
    )


if __name__ == "__main__":
    main()
