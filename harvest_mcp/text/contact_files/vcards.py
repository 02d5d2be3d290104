"""vCards 2.1, 3.0 and 4.0 as rows; a broken card is reported, the others are read (RFC 2426, RFC 6350).

Written here since the one common library reads a file whole or not at all, and does not follow the rules of 4.0.
"""

import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.text.contact_files.rows import ReadFile, ReadRow

BEGIN = "BEGIN:VCARD"
LINE = re.compile(
    r"(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:\"[^\"]*\"|[^:;\"])*)*):(?P<value>.*)", re.DOTALL
)
PARAMETER = re.compile(r";((?:\"[^\"]*\"|[^;\"])*)")
ADDRESS = frozenset(("street", "city", "zip", "country"))
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card: its name, parameters, and value."""

    name: str
    words: frozenset[str]
    parameters: Mapping[str, str]
    value: str

    def parts(self, separator: str = ";") -> list[str]:
        """Return the value split at unescaped separators."""
        return [_plain(each) for each in re.split(rf"(?<!\\){separator}", self.value)]

    @property
    def text(self) -> str:
        """The value without escapes."""
        return _plain(self.value)


def is_vcard(text: str) -> bool:
    """Return whether it begins as a vCard."""
    return text.lstrip("\ufeff \t\r\n")[: len(BEGIN)].upper() == BEGIN


def vcards(text: str) -> ReadFile:
    """Return each card as a row, numbered from 1."""
    rows, versions = list[ReadRow](), dict[str, None]()
    for number, lines in enumerate(_cards(text), 1):
        try:
            found = [_property(line) for line in lines]
            versions |= {each.text: None for each in found if each.name == "VERSION"}
            values, left = _values(found)
            rows.append(ReadRow(number, values, left=left) if values else ReadRow(number, {}, "it names nobody"))
        except ValueError as why:
            rows.append(ReadRow(number, {}, str(why)))
    told = ", ".join(versions) or "without a version"
    return ReadFile(rows, [f"vCard {told}, in their order"])


def _cards(text: str) -> Iterator[list[str]]:
    """Yield the unfolded lines of each card; an unfinished one counts too."""
    card: list[str] | None = None
    for line in _unfolded(text):
        bare = line.strip().upper()
        if bare == BEGIN:
            if card:
                yield [*card, ""]
            card = []
        elif bare == "END:VCARD":
            if card is not None:
                yield card
            card = None
        elif card is not None and line.strip():
            card.append(line)
    if card:
        yield [*card, ""]


def _unfolded(text: str) -> Iterator[str]:
    """Yield whole lines: the next begins with a blank, or this one is quoted-printable and ends in `=`."""
    whole = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if whole.endswith("=") and "QUOTED-PRINTABLE" in whole.partition(":")[0].upper():
            whole = f"{whole[:-1]}{line}"
        elif whole and line[:1] in (" ", "\t"):
            whole += line[1:]
        else:
            yield whole
            whole = line
    yield whole


def _property(line: str) -> Property:
    if not line:
        raise ValueError("the card does not end")
    found = LINE.fullmatch(line.strip("\n"))
    if found is None:
        raise ValueError(f"its line {line[:40]!r} is not valid in a card")
    parameters, words = dict[str, str](), set[str]()
    for each in PARAMETER.findall(found["parameters"]):
        name, equals, value = each.partition("=")
        if equals:
            parameters[name.upper()] = value.strip('"')
        words |= {word.strip('" ').upper() for word in (value if equals else name).split(",")}
    value = found["value"]
    if "QUOTED-PRINTABLE" in words:
        value = _quoted(value, parameters.get("CHARSET", "utf-8"))
    return Property(found["name"].upper(), frozenset(words), parameters, value)


def _quoted(value: str, charset: str) -> str:
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return data.decode("cp1252", "replace")


def _plain(text: str) -> str:
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def _values(card: Sequence[Property]) -> tuple[dict[str, str], list[str]]:
    """Return a card's values by a contact's columns: the preferred of several, and the others as further values."""
    values, left = dict[str, str](), dict[str, None]()
    for each in sorted(card, key=lambda one: not _preferred(one)):
        told = {column: value for column, value in _columns(each) if value}
        if each.name == "ADR" and values.keys() & ADDRESS:
            if any(values.get(column) != value for column, value in told.items()):
                left[f"address {', '.join(told.values())}"] = None
            continue
        for column, value in told.items():
            if values.setdefault(column, value) != value and each.name in ("TEL", "EMAIL"):
                left[f"{column} {value}"] = None
    if "first_name" in values or "last_name" in values:
        values.pop("name", None)
    return (values if {"first_name", "last_name", "name"} & values.keys() else {}), list(left)


def _preferred(each: Property) -> bool:
    return "PREF" in each.words or each.parameters.get("PREF") == "1"


def _columns(each: Property) -> Iterator[tuple[str, str]]:
    if each.name == "N":
        last, first, *more = (*each.parts(), "", "")
        yield "last_name", last.replace(",", " ")
        yield "first_name", " ".join(filter(None, (first, more[0].replace(",", " ") if more else "")))
    elif each.name == "ORG":
        company, *department = each.parts()
        yield "company", company
        yield "department", ", ".join(filter(None, department))
    elif each.name == "TEL":
        yield _telephone(each), each.text.removeprefix("tel:")
    elif each.name == "ADR":
        _, extended, street, city, _, code, country = (*each.parts(), *[""] * 7)[:7]
        yield from (("street", " ".join(filter(None, (street, extended)))), ("city", city), ("zip", code))
        yield "country", country
    elif column := {"FN": "name", "EMAIL": "email", "TITLE": "title", "NOTE": "comment"}.get(each.name):
        yield column, each.text.removeprefix("mailto:")


def _telephone(each: Property) -> str:
    if "FAX" in each.words:
        return "fax"
    return (
        "phone_mobile"
        if each.words & {"CELL", "MOBILE", "IPHONE"}
        else "phone_office"
        if "WORK" in each.words
        else "phone"
    )
