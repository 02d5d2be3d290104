"""No document gets past its expected outcome, costs too much, is quoted in an error, or reaches out of the process."""

import ctypes
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from harvest_mcp.errors import NotTheApi, Refused
from harvest_mcp.spec.exchange import Request, Response
from harvest_mcp.systems.harvest import HARVEST
from harvest_mcp.wire.verdicts import judge
from tests import forks
from tests.holds import holds_for

from .bulk import BULK, NEVER_ENDING
from .case import MARK, Case, outcome, quoted
from .hostile import CASES, SMALL, fetching
from .measure import TABLES, share

MOST_SECONDS, MOST_MEGABYTES = 0.5, 100
MOST_OF_A_BODY = 0.7
"""Seconds of a document that may fill the body."""
PARTS = 4
NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_document_comes_to_exactly_its_outcome_and_is_not_quoted(part: int) -> None:
    cases = SMALL[part::PARTS]
    came, quotes = dict[str, object](), dict[str, object]()
    for case in cases:
        body = case.build()
        read = case.read(body)
        came[case.name], quotes[case.name] = outcome(read), quoted(read, body)
        judged(case.name, body)
    assert came == {case.name: case.values() for case in cases}
    assert quotes == {case.name: [] for case in cases}


@holds_for("case", NEVER_ENDING[::3])
def test_an_answer_that_never_ends_is_judged_in_half_a_second(case: Case) -> None:
    judged(case.name, case.build())


def judged(name: str, body: bytes) -> None:
    """Judge a document as a good answer and as a refusal, in half a second each."""
    started = time.process_time()
    read = judge(HARVEST, Request("GET", "/contacts"), Response(200, {}, body), now=NOW)
    refused = judge(HARVEST, Request("GET", "/contacts"), Response(400, {}, body), now=NOW)
    assert time.process_time() - started <= 2 * MOST_SECONDS, name
    assert read is None or isinstance(read, NotTheApi), name
    assert isinstance(refused, Refused | NotTheApi), name


def test_the_corpus_has_its_size_and_no_name_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 500
    assert len(BULK) >= 80


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts pages as Linux does")
@pytest.mark.parametrize(
    ("tables", "every"),
    [(list(TABLES), 40), *(pytest.param([table], 1, id=table, marks=pytest.mark.soak) for table in TABLES)],
)
def test_a_document_takes_seven_tenths_of_a_second_and_100_megabytes_at_most_and_touches_nothing_else(
    tables: list[str], every: int
) -> None:
    command = [sys.executable, "-m", "tests.wire.measure", ",".join(tables), str(every)]
    done = subprocess.run(command, cwd=ROOT, env=forks.unmeasured(), capture_output=True, timeout=300, check=True)
    costs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [cost["name"] for cost in costs] == [case.name for table in tables for case in share(table, every)]
    dear = [cost for cost in costs if cost["seconds"] > MOST_OF_A_BODY or cost["mb"] > MOST_MEGABYTES or cost["faults"]]
    assert dear == []


@contextmanager
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def called(server: socket.socket) -> bool:
    return bool(select.select([server], [], [], 0)[0])


@contextmanager
def watched(file: Path) -> Iterator[int]:
    """A descriptor that becomes readable once anyone, C libraries included, opens this file."""
    libc = ctypes.CDLL(None)
    watch: int = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watch, os.fsencode(file), 0x00000021) >= 0  # IN_ACCESS | IN_OPEN
    try:
        yield watch
    finally:
        os.close(watch)


def opened(watch: int) -> bool:
    return bool(select.select([watch], [], [], 0)[0])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify")
def test_a_document_that_asks_for_something_elsewhere_gets_no_file_and_no_connection(tmp_path: Path) -> None:
    bait = tmp_path / "bait"
    bait.write_text(MARK)
    with watched(bait) as watch, listener() as server:
        port = server.getsockname()[1]
        for case in fetching(bait.as_uri(), f"http://127.0.0.1:{port}/evil"):
            assert outcome(case.read(case.build())) == case.values()
        assert (opened(watch), called(server)) == (False, False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify")
def test_a_parser_without_our_flags_would_have_been_caught_opening_the_file(tmp_path: Path) -> None:
    bait = tmp_path / "bait"
    bait.write_text(MARK)
    lax = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
    with watched(bait) as watch:
        case = next(fetching(bait.as_uri(), "http://127.0.0.1:9/"))
        assert etree.fromstring(case.build(), lax).findtext("fax") == MARK
        assert opened(watch)


def test_a_connection_would_have_been_noticed() -> None:
    with listener() as server, socket.create_connection(server.getsockname()):
        assert called(server)
