"""Complete a name being typed: names that begin so, then names that contain it, then similar ones."""

from collections import Counter
from collections.abc import Mapping

from harvest_mcp.text.folding import fold
from harvest_mcp.text.render import visible

MOST = 100
"""The most values of an answer (MCP)."""
LONGEST = 200
LEAST_WITHIN = 3
"""The least letters to look for within words."""
LEAST_CLOSE = 4
"""The least letters to look for with typos: two of three are in almost any name."""
CLOSE = 80.0
"""The least similarity in per cent; a person chooses among suggestions."""


def suggested(names: Mapping[int, str], typed: str) -> list[str]:
    """Return names, best first, each unique: with its id if several are equal.

    A name with invisible characters is left out, as it could not be typed.
    """
    wanted = fold(" ".join(typed[: LONGEST + 1].split()))
    if len(wanted) > LONGEST:
        return []
    there = {id: name for id, name in names.items() if name.strip() and visible(name) == name}
    folded = {id: fold(name) for id, name in there.items()}
    often = Counter(folded.values())
    ranks = {id: rank for id, name in folded.items() if (rank := _rank(name, wanted)) is not None}
    order = sorted(ranks, key=lambda each: (ranks[each], folded[each], each))
    return [there[id] if often[folded[id]] == 1 else f"{there[id]} ({id})" for id in order]


def _rank(name: str, wanted: str) -> tuple[int, float] | None:
    """Return how well a folded name fits, the best first; None if it does not."""
    if name.startswith(wanted):
        return 0, 0.0
    if f" {wanted}" in name:
        return 1, 0.0
    if len(wanted) < LEAST_WITHIN:
        return None
    if wanted in name:
        return 2, 0.0
    if len(wanted) < LEAST_CLOSE:
        return None
    from rapidfuzz import fuzz  # noqa: PLC0415 - not at start

    likeness = fuzz.partial_ratio(wanted, name, score_cutoff=CLOSE)
    return (3, -likeness) if likeness else None
