"""Every input that went wrong once is held by a test: the table of tests/cases.py is whole, and true."""

import ast
from functools import cache
from pathlib import Path

from tests.cases import CASES

TESTS = Path(__file__).parents[1]
ROWS = {"A": 40, "B": 19, "C": 4, "S": 8}


@cache
def _tests(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def test_every_case_is_in_the_table() -> None:
    assert list(CASES) == [f"{part}{row}" for part, rows in ROWS.items() for row in range(1, rows + 1)]


def test_every_case_is_proved_by_tests_there_are() -> None:
    missing = {
        (name, each)
        for name, case in CASES.items()
        for each in case.proved
        for file, test in [each.split("::")]
        if test not in _tests(file)
    }
    assert missing == set()


def test_what_no_test_proves_says_what_is_lacking() -> None:
    assert [name for name, case in CASES.items() if not (case.proved or case.open)] == []
