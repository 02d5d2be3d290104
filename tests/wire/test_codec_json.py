"""No JSON gets past its expected outcome, costs too much, or is quoted in an error."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from harvest_mcp.errors import Malformed
from harvest_mcp.wire.json import codec
from tests import forks
from tests.holds import holds_for

from .json_corpus import BULK, CASES, MARK, READERS, SMALL, Case

ROOT = Path(__file__).parents[2]
MOST_SECONDS, MOST_MEGABYTES = 0.5, 100


def test_a_document_comes_to_exactly_its_outcome() -> None:
    assert {case.name: case.outcome() for case in SMALL} == {case.name: case.expect for case in SMALL}


def test_the_corpus_has_its_size_and_no_name_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 300


def test_no_error_quotes_the_document() -> None:
    said = [f"{error}{error!r}{error.args}" for case in SMALL for error in _errors(case)]
    assert [text for text in said if MARK in text] == []
    assert len(said) >= 100


def _errors(case: Case) -> list[Malformed]:
    try:
        READERS[case.by](case.build())
    except Malformed as error:
        return [error]
    return []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts pages as Linux does")
def test_a_large_document_costs_half_a_second_and_100_megabytes_at_most() -> None:
    command = [forks.python(), "-m", "tests.wire.json_costs"]
    done = subprocess.run(command, cwd=ROOT, env=forks.unmeasured(), capture_output=True, timeout=300, check=True)
    costs = {name: told for name, *told in map(json.loads, done.stdout.splitlines())}
    expected = {case.name: json.loads(json.dumps(case.expect, default=str)) for case in BULK}
    assert {name: outcome for name, (outcome, _, _) in costs.items()} == expected
    dear = {n: (s, mb) for n, (_, s, mb) in costs.items() if s > MOST_SECONDS or mb > MOST_MEGABYTES}
    assert dear == {}


@holds_for(
    ("value", "text"),
    [
        (Decimal("0.10"), "0.10"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.575"), "-0.575"),
        (7, "7"),
        (None, "null"),
        (True, "true"),
        ("é\n", '"é\\n"'),
        ([Decimal("1.5"), {"id": 7}], '[1.5,{"id":7}]'),
    ],
)
def test_a_body_says_a_value_digit_by_digit(value: object, text: str) -> None:
    body = codec.write({"a": value})
    assert body.decode() == f'{{"a":{text}}}'
    assert json.loads(body, parse_float=Decimal) == {"a": value}


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), float("nan"), "\ud83d"])
def test_a_body_holds_no_number_that_is_none_and_no_half_letter(value: object) -> None:
    with pytest.raises(ValueError):
        codec.write({"a": value})


def test_a_text_that_looks_like_a_number_stays_one() -> None:
    assert codec.write({"a": "\ue000number:1.5"}) == b'{"a":"\xee\x80\x80number:1.5"}'
