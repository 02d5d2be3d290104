"""The views in a real browser, in a host of the tests' own: what they draw, ask and tell, and how they are used."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from harvest_mcp.sandbox.harvest_v2 import open_harvest_v2
from harvest_mcp.text.render import visible
from tests.approval.browser import CHROMIUM, MISSING, Browser, browsing
from tests.harvest_v2.kit import conversing
from tests.views.hostile import NAMES
from tests.views.kit import FLAG, HERE, OPENING, Stage

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not CHROMIUM, reason=MISSING)]

FRIDAY = datetime(2026, 11, 27, 15, tzinfo=UTC).timestamp()
THEN = ["answer last words", "ui/notifications/size-changed"]
RELAUNCH = {"project": "Website relaunch", "task": "Design"}
CALLS: Mapping[str, dict[str, Any]] = {
    "get_timesheet": {"day": "2026-10-14", "week": True},
    "list_clients": {"limit": 12},
    "report_time": {"period": "last month", "group_by": ["project"]},
    "get_invoice": {"invoice_id": 7050},
}
SIZES = {"wide": (900, "light"), "middle": (600, "dark"), "narrow": (320, "light")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing(FLAG) as opened:
        opened.shots = HERE / "shots"
        opened.open((HERE / "host.html").as_uri())
        yield opened


@pytest.fixture
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    """A host with one view in it, over a studio on a Friday; a page that complains is a fault."""
    browser.console.clear()
    with open_harvest_v2(clock=lambda: FRIDAY, calls=None) as sandbox:
        async with conversing(sandbox, clock=lambda: FRIDAY, toolsets="all") as talk:
            opened = Stage(browser, talk)
            await opened.size(900)
            yield opened
    assert browser.console == []


async def test_a_week_is_a_grid_that_is_turned_over_by_the_keyboard(stage: Stage) -> None:
    await stage.talk.ok("archive_project", project_id="304")
    await stage.talk.ok("start_timer", **RELAUNCH)
    await stage.show("get_timesheet", day="2026-11-27", week=True)
    assert await stage.seen() == (OPENING, THEN)
    foot = "[...document.querySelectorAll('tfoot td')].map(each => each.textContent)"
    assert await stage.js(foot) == ["6.50", "7.50", "6.50", "7.50", "0.00", "0.00", "0.00", "28.00"]
    marks = "[...new Set([...document.querySelectorAll('tbody [role=img]')].map(each => each.ariaLabel))].sort()"
    assert await stage.js(marks) == ["locked", "timer runs"]
    await stage.picture("week-marks")

    await stage.press("Tab")
    assert await stage.focus() == "Week before"
    await stage.press("Enter")
    assert await stage.serve() == [("get_timesheet", {"day": "2026-11-16", "week": True})]
    assert (await stage.text()).startswith("16 November – 22 November 2026\n\n34.00 hours")
    assert await stage.host("host.told") == ["The person now looks at the timesheet of 2026-11-16 to 2026-11-22."]
    spoken = "document.querySelector('[role=status]').textContent"
    assert " ".join((await stage.js(spoken)).split()) == "16 November – 22 November 2026 34.00 hours"
    sent = (await stage.host("host.seen"))[len(OPENING + THEN) :]
    after = [each for each in sent if each not in THEN]  # its size, whenever that changes
    assert after[:2] == ["tools/call", "ui/update-model-context"]
    assert await stage.focus() == "Week before"
    await stage.press("Tab", "Tab", "Enter")
    assert await stage.focus() == "Entries of Monday 16 November"
    assert (await stage.js("document.querySelector('section h2').innerText")).startswith("Monday 16 November")


async def test_the_directory_finds_as_one_types_and_opens_a_client(stage: Stage) -> None:
    await stage.show("list_clients", limit=12)
    await stage.press("Tab")
    await stage.type("zoe")
    await stage.drawn()
    assert await stage.js("document.querySelectorAll('.client').length") == 1
    found = await stage.serve()
    assert found == [("search_records", {"query": "zoe", "kinds": ["clients", "contacts"], "limit": 30})]
    assert "Zoë Lefèvre" in await stage.text()
    await stage.press("Tab", "Enter")
    ((tool, arguments),) = await stage.serve()
    assert (tool, arguments["client"]) == ("list_contacts", "11076")
    assert "François Hérault" in await stage.js("document.querySelector('.people').innerText")
    assert await stage.host("host.told") == ["The person opened the client with the id 11076 in the directory."]

    await stage.show("list_clients", limit=12, fields=["active"])
    assert await stage.serve() == [("list_clients", {"limit": 12})]
    assert "SuprCorp" in await stage.text()
    await stage.js("document.querySelector('[data-key=more]').click()")
    ((_, arguments),) = await stage.serve()
    assert sorted(arguments) == ["cursor", "limit"]
    assert await stage.js("document.querySelectorAll('.client').length") == 24


async def test_hours_are_bars_by_project_or_person_with_a_line_at_the_budget(stage: Stage) -> None:
    await stage.show("report_time", period="last month", export="csv")
    await stage.press("Tab", "Enter")
    assert await stage.serve() == [("report_time", {"period": "last month", "group_by": ["project"]})]
    bars = (
        "[...document.querySelectorAll('li')].map(each =>"
        " [each.querySelector('.num').innerText, each.querySelector('.unbilled').getAttribute('width')])"
    )
    told = [(float(hours.removesuffix(" h")), float(width)) for hours, width in await stage.js(bars)]
    longest = max(hours for hours, _ in told)
    assert [width for _, width in told] == pytest.approx([hours / longest * 100 for hours, _ in told])
    assert await stage.focus() == "By project"
    await stage.press("Tab", "Tab", "Enter")
    assert await stage.serve() == [("report_work", {"of": "budget_left"})]
    assert await stage.js("document.querySelectorAll('.budget .edge').length") > 0
    assert " over" in await stage.js("document.querySelector('.budget').innerText")


async def test_an_invoice_is_shown_as_told_and_no_button_of_a_view_writes(stage: Stage) -> None:
    await stage.show("get_invoice", invoice_id=7050)
    for told in ("Invoice 1050", "open, overdue", "Kestrel & Sons", "2,718.96 EUR", "1,631.38 EUR", "Twelve vignettes"):
        assert told in await stage.text()
    await stage.press("Tab", "Enter")
    assert await stage.serve() == [("list_invoice_payments", {"invoice": "7050"})]
    assert "1,087.58 EUR" in await stage.text()
    assert await stage.js("document.querySelectorAll('button').length") == 0


async def test_a_call_shows_that_it_runs_and_is_sent_once(stage: Stage) -> None:
    await stage.show("get_timesheet", day="2026-11-27", week=True)
    await stage.press("Tab", "Enter", "Enter", "Tab", "Enter")
    await stage.until("host.wanted.length")
    busy = (
        "[document.querySelector('main').ariaBusy, document.querySelector('[role=status]').textContent,"
        " ...[...document.querySelectorAll('[data-asks]')].map(each => [each.ariaDisabled, each.ariaBusy])]"
    )
    assert await stage.js(busy) == ["true", "Asking …", ["true", "true"], ["true", None]]
    await stage.picture("week-asks")
    assert await stage.faults() == []
    assert await stage.serve() == [("get_timesheet", {"day": "2026-11-16", "week": True})]
    assert (await stage.js(busy))[2:] == [[None, None], [None, None]]
    assert await stage.js("document.querySelector('main').ariaBusy") is None


async def test_what_goes_wrong_with_a_call_stays_to_be_read(stage: Stage) -> None:
    await stage.show("list_clients", limit=12)
    await stage.press("Tab", "Tab", "Enter", "Enter", "Enter")  # opens, closes and opens again
    await stage.until("host.wanted.length")
    wanted = await stage.host("host.wanted.map(each => [each.id, each.params.name])")
    assert [name for _, name in wanted] == ["list_contacts"]
    failed = {"isError": True, "content": [{"type": "text", "text": "Harvest does not answer."}]}
    await stage.host(f"host.answer({wanted[0][0]}, {json.dumps(failed)})")
    await stage.drawn()
    alert = "document.querySelector('[role=alert]').textContent"
    assert await stage.js(alert) == "Harvest does not answer."
    await stage.js("document.querySelector('[data-key=more]').click()")
    await stage.until("host.wanted.length > 1")
    assert await stage.js("document.querySelector('[role=alert]')") is None
    await stage.host(f"host.answer(host.wanted[1].id, {json.dumps(failed)})")
    await stage.drawn()
    assert await stage.js(alert.replace("[role", "[data-key=more] + [role")) == "Harvest does not answer."
    await stage.picture("directory-wrong")


async def test_nothing_of_a_record_is_html(stage: Stage) -> None:
    for name in NAMES:
        await stage.talk.ok("create_client", name=name, allow_duplicate=True)
    await stage.size(320)
    result = await stage.show("list_clients", limit=200)
    drawn = await stage.js("[...document.querySelectorAll('.client bdi')].map(each => each.textContent)")
    assert set(map(visible, NAMES)) <= {visible(each) for each in drawn}
    assert await stage.faults() == []
    assert not result.is_error
    notes = [*NAMES[:8], "W" * 500]
    for each in notes:
        await stage.talk.ok("log_time", **RELAUNCH, hours=0.25, notes=each, allow_duplicate=True)
    await stage.show("get_timesheet", day="2026-11-27")
    drawn = await stage.js("[...document.querySelectorAll('li p')].map(each => each.textContent)")
    assert (drawn, await stage.faults()) == (notes, [])


@pytest.mark.parametrize("size", SIZES)
async def test_every_view_can_be_read_and_hit_at_every_size(stage: Stage, size: str) -> None:
    width, theme = SIZES[size]
    await stage.size(width, theme)
    for tool, arguments in CALLS.items():
        await stage.show(tool, None, **arguments)
        await stage.picture(f"{tool}-{size}")
        assert (tool, await stage.faults()) == (tool, [])


async def test_a_host_that_calls_no_tools_shows_no_button_that_would(stage: Stage) -> None:
    calls = {**CALLS, "get_timesheet": {"day": "2026-11-24"}, "list_clients": {"limit": 41}}
    for tool, arguments in calls.items():
        await stage.show(tool, {}, **arguments)
        assert await stage.js("document.querySelectorAll('button').length") == 0
        assert await stage.seen() == (OPENING, THEN)


async def test_an_error_is_read_out_and_the_host_may_change_the_look(stage: Stage) -> None:
    await stage.show("get_timesheet", day="1000-01-01", person="nobody here")
    assert "nobody here" in await stage.js("document.querySelector('[role=alert]').textContent")
    look = {"theme": "dark", "styles": {"variables": {"--color-text-primary": "rgb(1, 2, 3)", "color": "red"}}}
    await stage.host(f"host.notify('ui/notifications/host-context-changed', {json.dumps(look)})")
    await stage.drawn()
    assert await stage.js("[document.documentElement.style.colorScheme, getComputedStyle(document.body).color]") == [
        "dark",
        "rgb(1, 2, 3)",
    ]
    assert await stage.js("origin") == "null"
    await stage.host("host.notify('ui/notifications/tool-cancelled', {})")
    await stage.drawn()
    assert await stage.js("document.querySelector('[role=alert]').textContent") == "The call was cancelled."
