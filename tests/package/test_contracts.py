"""What the project cites of a vendor's contract can be read in docs/contracts."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.holds import holds_for

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "harvest_mcp").rglob("*.py")),
    *(file for file in sorted((ROOT / "tests").rglob("*.py")) if file != Path(__file__)),
    *sorted((ROOT / "docs").glob("*.md")),
]
NUMBER = r"\d{1,2}(?:\.\d{1,2})?"
CITED = re.compile(
    rf"\b(?P<contract>harvest-v[12]|incwo) (?P<sections>{NUMBER}(?:(?:, | and | to )(?:and )?{NUMBER})*)"
    r"(?P<rows>,? rows? \d+(?:(?: and | to |, )\d+)*)?"
)
"""`harvest-v1 5.1, 20`, `incwo 13.7 to 13.9`, `harvest-v1 29 row 16`, `incwo 15, rows 2 and 13`."""
CALL = re.compile(r"\bharvest-v1 ([A-Z]{2}-\d+)\b")
CALL_V2 = re.compile(r"\b([A-Z]{2}2-\d+)\b")


@cache
def contract(name: str) -> str:
    return (ROOT / "docs" / "contracts" / f"{name}.md").read_text("utf-8")


@cache
def sections(name: str) -> dict[str, str]:
    """The text of each section, by its number; that of a whole one holds its parts."""
    parts = re.split(rf"^##+ ({NUMBER})\.? ", contract(name), flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {at: "".join(text for number, text in found.items() if f"{number}.".startswith(f"{at}.")) for at in found}


def missing(text: str) -> Iterator[str]:
    for cited in CITED.finditer(text):
        name, known = cited["contract"], sections(cited["contract"])
        numbers = re.findall(NUMBER, cited["sections"])
        yield from (f"{name} {number}" for number in numbers if number not in known)
        for row in re.findall(r"\d+", cited["rows"] or ""):
            if f"\n| {row} |" not in known.get(numbers[-1], ""):
                yield f"{name} {numbers[-1]} row {row}"
    yield from (call for call in CALL.findall(text) if call not in contract("harvest-v1"))
    of_v2 = CALL_V2.findall(contract("harvest-v2"))
    yield from (call for call in CALL_V2.findall(text) if call not in of_v2)


def test_every_citation_has_its_section() -> None:
    wanting = [f"{file.relative_to(ROOT)}: {each}" for file in FILES for each in missing(file.read_text("utf-8"))]
    assert wanting == []


@holds_for(
    ("text", "wants"),
    [
        ("harvest-v1 22, incwo 9", []),
        ("harvest-v1 31", ["harvest-v1 31"]),
        ("harvest-v1 5.1, 40", ["harvest-v1 40"]),
        ("incwo 13.7 to 13.99", ["incwo 13.99"]),
        ("harvest-v1 29 row 31", []),
        ("harvest-v1 29 row 99", ["harvest-v1 29 row 99"]),
        ("incwo 15, rows 2 and 18", ["incwo 15 row 18"]),
        ("harvest-v2 12.3, 40, CL2-3 and CL2-9", ["harvest-v2 40", "CL2-9"]),
        ("harvest-v1 TT-4 and harvest-v1 TT-9", ["TT-9"]),
    ],
)
def test_a_citation_that_leads_nowhere_is_named(text: str, wants: list[str]) -> None:
    assert list(missing(text)) == wants


@pytest.mark.parametrize("name", ["harvest-v1", "harvest-v2", "incwo"])
def test_sections_come_in_order(name: str) -> None:
    numbers = [tuple(map(int, number.split("."))) for number in sections(name)]
    assert numbers == sorted(numbers)
