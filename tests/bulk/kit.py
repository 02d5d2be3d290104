"""What the tests of many records share."""

import csv
import io


def table(answer: str) -> list[dict[str, str]]:
    """Return the rows of an answer, below its first line."""
    return list(csv.DictReader(io.StringIO(answer.partition("\n")[2])))


def plan_of(answer: str) -> str:
    """Return the digest of the plan that an answer names."""
    assert answer.startswith("# Plan "), answer
    return answer.removeprefix("# Plan ").partition(":")[0]
