"""Equality of texts for people: quotes, accents, case, blanks, final dots and legal forms do not count.

Nothing here compares by similarity: `SuprCorp` and `SuperCorp` differ. References, lists, search and the check for
duplicates all use these rules.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

QUOTE_MARKS = str.maketrans(dict.fromkeys("`´‘’‚‛′ʼ‹›", "'") | dict.fromkeys("“”„‟«»″", '"'))
LETTERS = QUOTE_MARKS | str.maketrans(
    {"ø": "o", "œ": "oe", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
    | dict.fromkeys("‐‑‒–—−", "-")
)

FORMS = {
    **{form: form for form in ("llc", "llp", "lllp", "pllc", "plc", "lp", "pc", "gmbh", "ug", "ag", "kg", "kgaa")},
    **{form: form for form in ("ohg", "gbr", "ek", "eg", "ev", "se", "sa", "sas", "sasu", "sarl", "eurl", "selarl")},
    **{form: form for form in ("snc", "sci", "scop", "srl", "srls", "spa", "sapa", "sl", "slu", "lda", "ltda", "bv")},
    **{form: form for form in ("nv", "vof", "ab", "hb", "as", "asa", "ans", "da", "aps", "oy", "oyj", "kft", "zrt")},
    **{form: form for form in ("nyrt", "bt", "sro", "doo", "spzoo", "pty")},
    **{"inc": "inc", "incorporated": "inc", "corp": "corp", "corporation": "corp", "co": "co"},
    **{"ltd": "ltd", "limited": "ltd", "coltd": "ltd", "ptyltd": "ptyltd", "ptylimited": "ptyltd", "pvtltd": "pvtltd"},
    **{"gmbhcokg": "gmbhcokg", "cokg": "cokg", "agcokg": "agcokg", "ggmbh": "gmbh", "gesmbh": "gmbh", "mbh": "gmbh"},
}
"""Legal forms without dots and blanks, with the form each equals."""
WORDS_TOO = frozenset(form for form in FORMS if len(form) <= 2) | {"spa", "asa", "ans", "sci", "sapa"}
"""Those that may also be words or parts of names: legal forms only if written `S.p.A.`, `A/S`, `SE`."""
AHEAD = frozenset({"sa", "sas", "sasu", "sarl", "eurl", "selarl", "snc", "sci", "scop"})
"""Those that may also precede the name."""
LONGEST = 4
"""Words of a legal form: `GmbH & Co. KG`."""

PHONE = re.compile(r"\+?\(?\d(?:[ \u00a0./()-]{0,2}\d){6,}")
LEAST_DIGITS, MOST_DIGITS = 7, 9


def unaccented(text: str) -> str:
    """Return the text in lower case, without accents and with plain quotes: `Ångström` and `angstrom` are equal."""
    if text.isascii():
        return text.lower().replace("`", "'")
    if (latin := text.translate(LATIN)).isascii():
        return latin.lower()
    return _decomposed(text)


def _decomposed(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)  # first, as it turns signs (™, №) into letters with a case
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold().translate(LETTERS)


LATIN = {code: _decomposed(chr(code)) for code in (*range(0xA0, 0x250), *LETTERS)}
"""A translation table for most texts, as single letters are slow."""


fold = lru_cache(maxsize=1 << 14)(unaccented)
"""The same, cached, as names recur."""


EASTERN = tuple(fold(form) for form in ("株式会社", "有限会社", "合同会社", "(株)", "(有)", "주식회사", "(주)", "בעמ"))
"""Legal forms that need no blank beside the name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A folded name: whole, and split into the name and legal form of a company, each possibly empty."""

    whole: str
    base: str = ""
    form: str = ""


@lru_cache(maxsize=1 << 14)
def name(text: str) -> Name:
    """Fold a name, and split off its legal form."""
    words = text.split()
    told = [_bare(word) for word in words]
    whole = " ".join(word for word in told if word)
    for form in EASTERN:
        for base in (whole.removeprefix(form), whole.removesuffix(form)):
            if base != whole and base.strip():
                return Name(whole, base.strip(), form)
    for many in range(min(LONGEST, len(words) - 1), 0, -1):
        if form := form_of(words[-many:]):
            return Name(whole, _joined(told[:-many]), form)
    if len(words) > 1 and (form := form_of(words[:1])) in AHEAD:
        return Name(whole, _joined(told[1:]), form)
    return Name(whole, whole)


def same(one: str, other: str, *, company: bool = False) -> bool:
    """Return whether two names are equal; two legal forms are two companies."""
    first, second = name(one), name(other)
    if first.whole == second.whole:
        return True
    if spaced(first.whole) and first.whole.replace(" ", "") == second.whole.replace(" ", ""):
        return True
    forms = {first.form, second.form} - {""}
    return company and bool(first.base) and first.base == second.base and len(forms) < 2


def closest(names: Sequence[str], value: str, *, most: int = 5) -> list[int]:
    """Return the indexes of the most similar names, best first: those that contain it, else those spelled alike."""
    wanted = name(value)
    held = [(rank, at) for at, each in enumerate(names) if (rank := _held(name(each), wanted))]
    if held:
        return [at for _, at in sorted(held)[:most]]
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415 - only after a name that fits nothing

    there = dict(enumerate(names))
    alike = process.extract(
        value, there, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=60, limit=most
    )
    return [at for _, _, at in alike]


def _held(told: Name, wanted: Name) -> tuple[int, int] | None:
    """Return how one name contains another, best first: entirely, at its beginning, in part, or word by word."""
    text, sought = told.whole, wanted.base or wanted.whole
    if not sought:
        return None
    if sought in (text, told.base):
        return 1, len(text)
    if text.startswith(sought):
        return 2, len(text)
    if sought in text:
        return 3, len(text)
    return (4, len(text)) if all(word in text for word in sought.split()) else None


def spaced(text: str) -> bool:
    """Return whether it is a number, which people write with blanks anywhere: `303 265 045`."""
    return text.replace(" ", "").isdigit()


def form_of(words: list[str]) -> str:
    """Return the legal form that these words are; empty if none."""
    plain = re.sub(r"[^\w]", "", fold("".join(words)))
    form = FORMS.get(plain, "")
    raw = "".join(words)
    if plain in WORDS_TOO and not (re.search(r"\w[./]", raw) or sum(map(str.isupper, raw)) > 1):
        return ""
    return form


def phones(text: str) -> list[str]:
    """Return the telephone numbers in a text, as their significant digits."""
    found = (re.sub(r"\D", "", each.replace("(0)", "")) for each in PHONE.findall(text))
    return [kept for digits in found if len(kept := digits.lstrip("0")) >= LEAST_DIGITS - 1]


def same_phone(one: str, other: str) -> bool:
    """Return whether two numbers end in the same nine digits, or as many as the shorter has."""
    many = min(MOST_DIGITS, len(one), len(other))
    return many >= LEAST_DIGITS - 1 and one[-many:] == other[-many:]


def _bare(word: str) -> str:
    """Return a word without quotes, and without dots and commas at its end."""
    return re.sub("['\"]", "", fold(word)).rstrip(".,;")


def _joined(words: list[str]) -> str:
    """Return the name before a legal form, without the sign that joins them: `Lange &`."""
    return " ".join(word for word in words if word).rstrip(" &+,-")
