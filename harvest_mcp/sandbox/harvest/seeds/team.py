"""The studio's people (ids from 31, first the three logins), its tasks, and the assignments to projects."""

from collections.abc import Iterator
from typing import NamedTuple


class Member(NamedTuple):
    """A person; `joined` and `changed` are days ago, `hours` are per week."""

    first: str
    last: str
    mailbox: str
    department: str
    rate: str
    joined: int
    changed: int
    admin: bool = False
    contractor: bool = False
    active: bool = True
    everywhere: bool = False
    timezone: str = "Eastern Time (US & Canada)"
    telephone: str = ""
    hours: int = 35


M = Member  # one line each
PEOPLE = (
    M("Ada", "Kestrel", "admin", "Management", "120.00", 730, 30, admin=True, telephone="207-555-0100"),
    M("Miguel", "Ortiz", "manager", "Projects", "95.00", 720, 12, telephone="207-555-0101"),
    M("Róisín", "Byrne", "member", "Design", "80.00", 700, 44, timezone="Dublin"),
    M("Ana", "Souza", "ana", "Design", "80.00", 650, 8, timezone="Lisbon"),
    M("Ben", "Achterberg", "ben", "Development", "90.00", 620, 70, timezone="Amsterdam"),
    M("Chiara", "Fontana", "chiara", "Illustration", "75.00", 560, 21, contractor=True, timezone="Rome", hours=20),
    M("Dmitri", "Volkov", "dmitri", "Development", "90.00", 500, 200, active=False),
    M("Esi", "Owusu", "esi", "Research", "85.00", 430, 15, everywhere=True, timezone="London"),
    M("Fumiko", "Hayashi", "fumiko", "Photography", "70.00", 390, 90, contractor=True, timezone="Tokyo", hours=16),
    M("Göran", "Ek", "goran", "Development", "90.00", 310, 5, timezone="Stockholm"),
    M("Héctor", "Ibáñez", "hector", "Text", "65.00", 120, 60, timezone="Madrid", hours=28),
    M("Ivy", "Nakagawa", "ivy", "Design", "", 9, 9, timezone="Hawaii"),
)

# Name, hourly rate, billable, default for new projects, archived.
TASKS: tuple[tuple[str, str, bool, bool, bool], ...] = (
    ("Design", "80.00", True, True, False),
    ("Project Management", "95.00", True, True, False),
    ("Development", "90.00", True, False, False),
    ("Illustration", "75.00", True, False, False),
    ("Photography", "70.00", True, False, False),
    ("Research", "85.00", True, False, False),
    ("Text & editing", "65.00", True, False, False),
    ("Print supervision", "60.00", True, False, False),
    ("Travel", "40.00", True, False, False),
    ("Internal", "", False, False, False),
    ("Flash animation", "50.00", True, False, True),
    ("Übersetzung", "55.00", True, False, False),
)

# People and tasks of a project by their positions above, and whether time was recorded on it: `a` is the first,
# a capital is a project manager, and those after a minus are archived.
TEAMS: dict[int, tuple[str, str, bool]] = {
    301: ("aBcdi", "abcf", True),
    302: ("aBc", "ab", True),
    303: ("Ad", "abg", True),
    304: ("aDf", "abd", True),
    305: ("aBf", "ah", True),
    306: ("adF", "ad", True),
    309: ("aBd", "abi", True),
    310: ("aEj-g", "abc-k", True),
    311: ("aEj", "abc", False),
    314: ("aJe", "bc", True),
    319: ("aCdhi", "abdefg", True),
    320: ("aHj", "abcf", True),
    321: ("aDik", "aeg", True),
    325: ("aEd", "ac", True),
    326: ("Ad", "a", False),
}


def letters(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each letter, and whether it is after a minus."""
    for before, letter in zip(" " + text, text, strict=False):
        if letter != "-":
            yield letter, before == "-"
