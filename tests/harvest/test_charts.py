"""Pictures of reports: the same figures, legible whatever the names are; without the extra the table comes alone."""

import base64
import io
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import mcp_types as types
import numpy
import pytest
from PIL import Image

from harvest_mcp.sandbox import Sandbox, open_account
from harvest_mcp.systems.harvest import PROJECTS
from harvest_mcp.tools.reports.chart import COLOURS, Bar, Picture, draw
from harvest_mcp.tools.reports.letters import Letters
from harvest_mcp.tools.reports.picture import MOST, MOST_TIMES, _fewer
from tests import forks
from tests.conftest import Era, Talk, talking
from tests.harvest.ledger import NOW, entry, fill
from tests.tools.kit import account

anyio = pytest.mark.anyio
YEAR = {"since": "2025-11-21", "until": "2026-11-21"}
WIDE = 1200
NAMES = [
    "$\\alpha$ & $x^2$",
    "מאפיית השחר",
    "شركة النور للتجارة والمقاولات",
    "A very long name that goes on and on, Partners, Daughters & Associates of the Harbour Works Limited",
    "Yoshida Ceramics 吉田陶器",
    "मुंबई डिज़ाइन",
    "ไทยพาณิชย์",
    "evil\u202egnp.exe\nsecond line",
    "X" * 255,
    "👩‍🚀 ﷽",
    "\U000e0041\U0010ffff",
    "",
]


@pytest.fixture
def busy() -> Iterator[Sandbox]:
    with open_account(clock=NOW.timestamp, calls=None) as sandbox:
        fill(sandbox, 200)
        yield sandbox


def bar(name: str, billed: str = "1", unbilled: str = "0", under: str = "") -> Bar:
    parts = {"billed": Decimal(billed), "unbilled": Decimal(unbilled)}
    return Bar(name, parts, under, "client 1", "group 1" if under else "")  # type: ignore[arg-type]  # states as text


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert (picture.format, picture.width) == ("PNG", WIDE)
    return picture


def share(picture: Image.Image, colour: str) -> int:
    """Pixels of exactly this colour."""
    wanted = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return int((numpy.asarray(picture.convert("RGB")) == wanted).all(axis=2).sum())


async def pictures(talk: Talk, tool: str, **given: Any) -> tuple[str, list[Image.Image]]:
    result = await talk.client.call_tool(tool, {**given, "chart": True})
    assert not result.is_error
    text, *images = result.content
    assert isinstance(text, types.TextContent)
    assert all(isinstance(each, types.ImageContent) and each.mime_type == "image/png" for each in images)
    return text.text, [opened(base64.b64decode(each.data)) for each in images if isinstance(each, types.ImageContent)]


@anyio
async def test_a_chart_comes_with_the_same_table(busy: Sandbox, era: Era) -> None:
    async with talking(busy, era=era, toolsets="reports", account=account()) as talk:
        table = await talk.ok("report_time", group_by=["person"], **YEAR)
        text, (picture,) = await pictures(talk, "report_time", group_by=["person"], **YEAR)
        assert text == table
        assert all(share(picture, COLOURS[state][0]) > 1_000 for state in ("billed", "unbilled", "nonbillable"))


@anyio
async def test_every_grouping_of_few_bars_has_a_picture(busy: Sandbox) -> None:
    async with talking(busy, toolsets="reports", account=account()) as talk:
        for by in (["client", "person"], ["billed", "billable"]):
            _, (picture,) = await pictures(talk, "report_time", group_by=by, **YEAR)
            assert picture.height < 2_600
        for by in (["week"], ["day"]):  # time with a part of it put together would not pass from bar to bar
            text, none = await pictures(talk, "report_time", group_by=by, **YEAR)
            assert (none, "no picture of more than 31 bars" in text.splitlines()[0]) == ([], True)
        _, (alone,) = await pictures(talk, "report_time", **YEAR)
        assert alone.height < 500


@anyio
async def test_two_groups_with_too_many_bars_are_drawn_by_one_of_them_and_nobody_is_missing(busy: Sandbox) -> None:
    async with talking(busy, toolsets="reports", account=account()) as talk:
        text, (picture,) = await pictures(talk, "report_time", group_by=["person", "day"], **YEAR)
        assert "; the picture is by person alone, since " in text.splitlines()[0]
        _, (alone,) = await pictures(talk, "report_time", group_by=["person"], **YEAR)
        assert picture.tobytes() == alone.tobytes()
        text, (picture,) = await pictures(talk, "report_time", person="34", group_by=["person", "month"], **YEAR)
        assert "alone" not in text.splitlines()[0]
        text, none = await pictures(talk, "report_time", group_by=["day", "person"], **YEAR)
        assert (none, "no picture of more than 31 bars" in text.splitlines()[0]) == ([], True)


@anyio
async def test_of_one_person_and_many_days_the_days_are_drawn(busy: Sandbox) -> None:
    days = {"since": "2026-10-01", "until": "2026-10-31"}
    for day in range(1, 26):
        entry(busy, 34, 301, 501, "1", day=f"2026-10-{day:02}")
    async with talking(busy, toolsets="reports", account=account()) as talk:
        text, (picture,) = await pictures(talk, "report_time", person="34", group_by=["person", "day"], **days)
        assert "; the picture is by day alone, since " in text.splitlines()[0]
        _, (alone,) = await pictures(talk, "report_time", person="34", group_by=["day"], **days)
        assert picture.height == alone.height  # the line below the title has a name more


@anyio
async def test_amounts_have_a_picture_for_each_currency_and_four_at_most(busy: Sandbox) -> None:
    async with talking(busy, toolsets="reports", account=account()) as talk:
        text, images = await pictures(talk, "report_expenses", group_by=["category"], period="2026")
        assert len(images) == 4
        assert "pictures of 4 currencies, 2 more are only in the table" in text.splitlines()[0]
        _, (dollars,) = await pictures(talk, "report_expenses", client="11072", group_by=["month"], period="2026")
        assert share(dollars, COLOURS["unbilled"][0]) > 1_000


@anyio
async def test_an_empty_report_is_an_empty_picture(busy: Sandbox) -> None:
    async with talking(busy, toolsets="reports", account=account()) as talk:
        for tool in ("report_time", "report_expenses"):
            _, (picture,) = await pictures(talk, tool, period="1999", group_by=["client"])
            assert not any(share(picture, colour) for colour in ("#0072B2", "#E69F00"))


@anyio
async def test_hostile_names_of_the_account_are_drawn_as_they_are_told(busy: Sandbox) -> None:
    with busy.store.writing():
        for id, name in enumerate(NAMES, 301):
            busy.store.update(PROJECTS, id, {"name": name})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with talking(busy, toolsets="reports", account=account()) as talk:
            await pictures(talk, "report_time", group_by=["month", "project"], **YEAR)


@pytest.mark.parametrize("names", [NAMES[at : at + 3] for at in range(0, len(NAMES), 3)], ids=range(4))
def test_every_name_is_drawn_without_a_missing_sign(names: list[str]) -> None:
    bars = [bar(name, under=name) for name in names]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a sign without a font is a warning of the library's
        drawn = opened(draw(Picture("Hours", " ".join(names), "hours", [*bars, bar("Ana", under=names[0])], "plain")))
    assert share(drawn, COLOURS["billed"][0]) > 1_000


def test_no_name_reaches_into_the_bars_or_over_the_edge() -> None:
    picture = opened(draw(Picture("Hours", "2026", "hours", [bar(name) for name in NAMES]))).convert("L")
    edge = picture.crop((0, 0, 12, picture.height))
    assert edge.getextrema() == (255, 255)


def test_values_keep_within_the_picture_however_long_they_are() -> None:
    bars = [bar("Mileage", "99999999999999.99"), bar("Hotel", "-1234567.5", "3"), bar("Copies", "0.01")]
    picture = opened(draw(Picture("Amount", "2026", "EUR", bars))).convert("L")
    edge = picture.crop((WIDE - 12, 0, WIDE, picture.height))
    assert edge.getextrema() == (255, 255)


def test_a_sign_without_a_font_is_never_drawn_as_a_box() -> None:
    letters = Letters.of(["plain", "\U0010ffff"])
    assert letters.drawable("plain", "client 1") == "plain"
    assert letters.drawable("\U0010fffd", "client 1") == "client 1"


def test_long_names_are_told_whole_in_several_lines() -> None:
    letters = Letters.of(NAMES)
    for name in NAMES[3:4]:
        lines = letters.lines(name, 10, 2.4)
        assert " ".join(lines) == name
        assert all(letters.measure(line, 10) <= 2.4 for line in lines)
    assert "".join(letters.lines("X" * 200, 10, 2.4)) == "X" * 200


def test_of_many_bars_the_largest_are_drawn_and_the_others_together() -> None:
    bars = [bar(str(at), str(at)) for at in range(1, 41)]
    drawn = _fewer(bars, MOST)
    assert [each.name for each in drawn] == [*(str(at) for at in range(22, 41)), "21 others"]
    assert sum((each.total for each in drawn), Decimal(0)) == sum(range(1, 41))
    assert len(_fewer(bars[:31], MOST_TIMES)) == 31


def test_drawing_does_not_touch_the_library_s_global_state() -> None:
    code = (
        "import sys\n"
        "from harvest_mcp.tools.reports.chart import Picture, draw\n"
        "assert 'matplotlib' not in sys.modules\n"
        "draw(Picture('Hours', '2026', 'hours', []))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([forks.python(), "-c", code], check=True, env={**os.environ})


@anyio
async def test_without_the_extra_the_table_comes_alone_and_says_what_to_install(
    busy: Sandbox, era: Era, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)  # as if it were not installed
    async with talking(busy, era=era, toolsets="reports", account=account()) as talk:
        table = await talk.ok("report_time", group_by=["person"], **YEAR)
        text, images = await pictures(talk, "report_time", group_by=["person"], **YEAR)
    assert images == []
    note = "; no picture: install the extra harvest-mcp[charts] where this server runs"
    assert text == table.replace("\n", f"{note}\n", 1)
