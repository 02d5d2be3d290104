"""Whether two cards are of one person or company: by equal names, addresses, telephone and registration numbers.

Names are equal by rules of writing (accents, order, initials, short forms), never because their letters are similar.
Evidence against counts too: two addresses at one firm are two people, two towns two branches.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from harvest_mcp.text.card import WORD, Card, Telephone
from harvest_mcp.text.card import words as _words
from harvest_mcp.text.folding import fold, same_phone
from harvest_mcp.text.known_words import FREE, GENERATIONS, SHORT

Sure = Literal["certain", "likely"]
Likeness = Literal["same", "fits", "first", "other"]
"""How two names relate: equal; one may stand for the other; only the first name is equal; not at all."""

ZIP = re.compile(r"\b\d{4,6}\b")
LEAST = 4
"""The least letters of a significant word in an address."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """That two are one, how certain that is, and why."""

    sure: Sure
    why: tuple[str, ...]


def named(one: Card, other: Card) -> Likeness:
    """Return how the names of two people relate."""
    found = {_named((a, b), (c, d)) for a in one.given for b in one.family for c in other.given for d in other.family}
    return next(each for each in LIKENESS if each in found)


LIKENESS: tuple[Likeness, ...] = ("same", "fits", "first", "other")
Words = tuple[str, ...]


def _named(one: tuple[Words, Words], other: tuple[Words, Words]) -> Likeness:
    whole, whole_other = [*one[0], *one[1]], [*other[0], *other[1]]
    if not whole or not whole_other or GENERATIONS & set(whole) != GENERATIONS & set(whole_other):
        return "other"
    if sorted(whole) == sorted(whole_other) or _letters(one) == _letters(other):
        return "same"
    (first, last), (first_other, last_other) = one, other
    if last and last_other and ("".join(last) == "".join(last_other)):
        return "fits" if _stands_for(first, first_other) else "other"
    few, many = sorted((set(whole), set(whole_other)), key=len)
    if len(few) > 1 and few < many and set(first) & set(first_other):
        return "fits"  # a second first name or a double last name
    return "first" if first and first == first_other else "other"


def _letters(parts: tuple[Words, Words]) -> tuple[str, str]:
    return "".join(parts[0]), "".join(parts[1])


def _stands_for(one: Words, other: Words) -> bool:
    """Return whether one first name may stand for the other: an initial, a short form, or fewer of several names."""
    if not one or not other:
        return True
    few, many = sorted((one, other), key=len)
    if all(any(_short(word, longer) for longer in many) for word in few):
        return few[0][0] == many[0][0] or _short(few[0], many[0])
    return False


def _short(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return (
        word == other
        or (len(short) == 1 and long[0] == short)
        or long in SHORT.get(short, ())
        or short in SHORT.get(long, ())
    )


def person(one: Card, other: Card) -> Verdict | None:
    """Return why two cards are of one person; None if that is unlikely."""
    like = named(one, other)
    mails, office = one.own_addresses & other.own_addresses, one.addresses & other.addresses
    phones, own = _dialled(one.phones, other.phones), _dialled(one.phones, other.phones, own=True)
    if like == "same":
        return _same_name(one, other, mails=bool(mails), office=bool(office), phones=bool(phones))
    if like == "fits":
        initial = not (one.first and other.first)
        if mails:
            return Verdict("likely" if initial else "certain", ("names that fit each other", "same e-mail"))
        if own:
            return Verdict("likely", ("names that fit each other", "same mobile"))
        at_one = _owned_alike(one, other)
        if at_one and phones and not initial and not _two(one, other):
            return Verdict("likely", ("names that fit each other", f"same {at_one}", "same telephone"))
        if at_one and not initial and not _two(one, other) and _longer(one, other):
            return Verdict("likely", ("the same but for a second name", f"same {at_one}"))
        return None
    if like == "first" and mails:
        return Verdict("likely", ("same first name", "same e-mail"))
    return None


def _same_name(one: Card, other: Card, *, mails: bool, office: bool, phones: bool) -> Verdict | None:
    if mails or phones:
        why = ["same e-mail"] * mails + ["same telephone"] * phones
        return Verdict("certain", ("same name", *why))
    if office:
        return Verdict("likely", ("same name", "same office e-mail"))
    at_one = _owned_alike(one, other)
    if not at_one or _two(one, other):
        return None
    if one.title and other.title and _words(one.title) != _words(other.title):
        return None
    return Verdict("likely", ("same name", f"same {at_one}"))


def _longer(one: Card, other: Card) -> bool:
    """Return whether they differ by whole words alone, and not by an initial."""
    few, many = sorted(({*_words(one.first), *_words(one.last)}, {*_words(other.first), *_words(other.last)}), key=len)
    return few < many and all(len(word) > 1 for word in many)


def _owned_alike(one: Card, other: Card) -> str:
    return "company" if one.owner and one.owner == other.owner else ""


def _two(one: Card, other: Card) -> bool:
    """Return whether two of one name at one firm are different people: other addresses there, other mobiles."""
    mine, others = one.own_addresses, other.own_addresses
    if mine and others and not mine & others and _hosts(mine) & _hosts(others):
        return True
    mobiles = [[each for each in card.phones if each.own] for card in (one, other)]
    return all(mobiles) and not _dialled(*mobiles, own=True)


def _hosts(addresses: Iterable[str]) -> set[str]:
    return {each.rpartition("@")[2] for each in addresses} - FREE


def _dialled(one: Iterable[Telephone], other: Iterable[Telephone], *, own: bool = False) -> list[str]:
    """Return the numbers that both have; with `own`, personal ones."""
    others = list(other)
    return [
        mine.digits
        for mine in one
        for each in others
        if same_phone(mine.digits, each.digits) and (not own or mine.own or each.own)
    ]


def company(one: Card, other: Card) -> Verdict | None:
    """Return why two cards are of one company; None if that is unlikely: branches and namesakes are two."""
    numbered = bool(one.number) and one.number == other.number
    place, phones, mails = _place(one, other), _dialled(one.phones, other.phones), one.addresses & other.addresses
    reached = ("same telephone",) * bool(phones) + ("same e-mail",) * bool(mails)
    if place == "other":
        moved = phones and mails and _named_alike(one, other)
        return Verdict("likely", ("same name", *reached)) if moved else None
    if one.number and other.number and not numbered:
        return None
    if _named_alike(one, other):
        why = ("same company number",) * numbered + ("same address",) * (place == "same") + reached
        if why or not _reached_apart(one, other):
            return Verdict("certain" if why else "likely", ("same name", *why))
        return None
    if numbered:
        return Verdict("likely", ("same company number",))
    if _initials(one, other) and (phones or _hosts(mails)):
        return Verdict("likely", ("initials of the other", *reached))
    return None


def _reached_apart(one: Card, other: Card) -> bool:
    """Return whether both have telephone numbers and addresses, with nothing in common."""
    told = one.phones and other.phones and one.addresses and other.addresses
    return bool(told) and not _hosts(one.addresses) & _hosts(other.addresses)


def _named_alike(one: Card, other: Card) -> bool:
    for base, form in one.companies:
        for base_other, form_other in other.companies:
            if base and base == base_other and len({form, form_other} - {""}) < 2:
                return True
    return False


def _initials(one: Card, other: Card) -> bool:
    short, long = sorted((_words(one.last), _words(other.last)), key=lambda words: sum(map(len, words)))
    letters = "".join(word[0] for word in long if word not in ("und", "and", "et", "of", "de", "der", "des", "fur"))
    return len(short) == 1 and len(letters) > 2 and short[0] == letters  # two letters match by chance


def _place(one: Card, other: Card) -> Literal["same", "other", "unknown"]:
    """Return whether two addresses are one, as far as given: by postal codes, else by common words."""
    if not one.place.strip() or not other.place.strip():
        return "unknown"
    mine, others = fold(one.place), fold(other.place)
    codes = set(ZIP.findall(mine)), set(ZIP.findall(others))
    words = [
        {word for word in WORD.findall(text) if len(word) >= LEAST and not word.isdigit()} for text in (mine, others)
    ]
    if all(codes):
        return "same" if codes[0] & codes[1] else "other"
    if not all(words):
        return "unknown"
    return "same" if words[0] & words[1] else "other"


def pairs(cards: Mapping[int, Card], *, companies: bool) -> Iterator[tuple[int, int, Verdict]]:
    """Yield each two that are likely one, by id; only those that share a key are compared."""
    judge = company if companies else person
    blocks: dict[str, list[int]] = {}
    for id, card in cards.items():
        for key in _keys(card, companies=companies):
            blocks.setdefault(key, []).append(id)
    seen = set[tuple[int, int]]()
    for ids in blocks.values():
        for at, one in enumerate(ids):
            for other in ids[at + 1 :]:
                if one != other and (one, other) not in seen:
                    seen.add((one, other))
                    if verdict := judge(cards[one], cards[other]):
                        yield one, other, verdict


def _keys(card: Card, *, companies: bool) -> set[str]:
    """Return keys of which two cards of one person or company share at least one."""
    found = {f"mail {each}" for each in card.addresses} | {f"phone {each.digits[-7:]}" for each in card.phones}
    if companies:
        return (
            found
            | {f"name {base}" for base, _ in card.companies}
            | ({f"number {card.number}"} if card.number else set())
        )
    for given in card.given:
        for family in card.family:
            found.add(f"name {' '.join(sorted((*given, *family)))}")
            found.add(f"letters {''.join(given)} {''.join(family)}")
            found |= {f"{card.owner} {word}" for word in (*given, *family) if card.owner and len(word) > 1}
    return found
