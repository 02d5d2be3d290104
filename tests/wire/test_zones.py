"""A value without a zone is never the machine's: what is read, and written, is the same wherever the server runs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvest_mcp.errors import Malformed, NotFound
from harvest_mcp.spec import Scope
from harvest_mcp.spec.exchange import Response
from harvest_mcp.systems.harvest import HARVEST, TIME_ENTRIES
from harvest_mcp.systems.incwo import INCWO
from harvest_mcp.wire import incwo, rails

ZONES = ("America/New_York", "Europe/Paris", "Asia/Kolkata")
SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine's own zone meanwhile."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield str(request.param)
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Mon, 05 Mar 2018 09:53:06 -0000", 9),
        ("Mon, 05 Mar 2018 09:53:06 +0000", 9),
        ("Mon, 05 Mar 2018 09:53:06 -0500", 14),
        ("2018-03-05T09:53:06Z", 9),
        ("2018-03-05T09:53:06+01:00", 8),
    ],
)
def test_an_instant_is_the_same_on_every_machine(zone: str, text: str, hour: int) -> None:
    columns = ("timer_started_at", "created_at", "updated_at")
    inner = "".join(f'<{name} type="datetime">{text}</{name}>' for name in columns)
    body = f"<add><day_entry><id>1</id>{inner}</day_entry></add>".encode()
    found = TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 1).read(Response(200, {}, body))
    there = datetime(2018, 3, 5, hour, 53, 6, tzinfo=UTC)
    assert [getattr(found, name) for name in columns] == [there] * 3


@pytest.mark.parametrize("text", ["2018-03-05T09:53:06", "2018-03-05 09:53", "Mon, 05 Mar 2018 09:53:06"])
def test_an_instant_without_a_zone_is_unread_on_every_machine(zone: str, text: str) -> None:
    body = f"<add><day_entry><id>1</id><created_at>{text}</created_at></day_entry></add>".encode()
    found = TIME_ENTRIES.wire.get(Scope(TIME_ENTRIES), 1).read(Response(200, {}, body))
    assert (found.created_at, [*found.unread]) == (None, ["created_at"])


def test_a_local_time_stays_as_the_wall_showed_it_on_every_machine(zone: str) -> None:
    wall = datetime(2026, 7, 16, 17, 54)
    assert incwo.READ[datetime]("16-07-2026-17-54") == wall
    assert incwo.show(wall) == "16-07-2026-17-54"
    assert incwo.show(datetime(2026, 7, 16, 15, 54, tzinfo=UTC)) == "16-07-2026-17-54"
    assert rails.show(datetime(2026, 7, 16, 15, 54, tzinfo=UTC)) == "2026-07-16 15:54"


def _samples() -> list[tuple[str, object]]:
    """Every documented record of both systems as it is read here and now."""
    found: list[tuple[str, object]] = []
    for system, folder in ((HARVEST, SAMPLES), (INCWO, SAMPLES / "incwo")):
        for resource in system.resources:
            listed = resource.wire.list(Scope(resource)).request.path
            for file in sorted((folder / listed.strip("/").partition("/")[0].removesuffix(".xml")).glob("*.xml")):
                body = file.read_bytes()
                for read in (resource.wire.get(Scope(resource), 1), resource.wire.list(Scope(resource))):
                    try:
                        found.append((str(file), read.read(Response(200, {}, body))))
                    except (Malformed, NotFound) as unread:
                        found.append((str(file), str(unread)))
    return found


def test_every_documented_body_is_read_alike_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for zone in ZONES:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        told.append(_samples())
    monkeypatch.undo()
    time.tzset()
    assert told[0] == told[1] == told[2]
    assert len(told[0]) > 40
