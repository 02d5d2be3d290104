"""The studio's expense categories, with notes and costs or units."""

from typing import NamedTuple


class SeededCategory(NamedTuple):
    """An expense category; `stories` are notes, each with a cost, or with units if the category has a price."""

    name: str
    stories: tuple[tuple[str, str], ...]
    unit: str = ""
    price: str = ""
    billable: bool = True
    archived: bool = False


CATEGORIES = (
    SeededCategory(
        "Mileage",
        (("Site visit and back", "38"), ("To the printer's", "12"), ("Client workshop", "86"), ("Survey", "3")),
        unit="Miles",
        price="0.485",
    ),
    SeededCategory(
        "Meals",
        (
            ("Lunch with the client", "64.20"),
            ("Coffee & cake, kick-off", "23.75"),
            ("Working dinner", "118.00"),
            ("Sandwiches for the workshop", "47.90"),
        ),
    ),
    SeededCategory(
        "Lodging",
        (("Two nights, Hotel Hafenblick", "258.00"), ("One night near the venue", "139.50"), ("Guest house", "96.00")),
    ),
    SeededCategory(
        "Transportation",
        (
            ("Train, 2nd class", "87.60"),
            ("Taxi from the station", "18.40"),
            ("Ferry for two", "31.00"),
            ("Flight", "214.99"),
        ),
    ),
    SeededCategory(
        "Printing",
        (
            ("Proofs, A3", "42.50"),
            ("Posters,\n24 copies", "310.00"),
            ("Samples on uncoated paper", "76.15"),
            ("Plotter", "55"),
        ),
    ),
    SeededCategory(
        "Materials",
        (
            ("Foam board & spray mount", "33.33"),
            ("Paint “Hansa gelb”", "19.95"),
            ("Film, 5 rolls", "61.25"),
            ("", "12.00"),
        ),
    ),
    SeededCategory("Copies", (("Handouts", "140"), ("Scripts", "65"), ("Plans", "8")), unit="Pages", price="0.08"),
    SeededCategory(
        "Software",
        (("Font licence", "180.00"), ("Stock photographs", "49.00"), ("Hosting, one month", "20.00")),
        billable=False,
    ),
    SeededCategory("Fax", (("Contract", "2.10"),), archived=True),
)
