"""What this package asks of others: bounded above, and met by the versions that were tested."""

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.holds import holds_for
from tests.release import constraints

UNBOUNDED = {"tzdata": "data named by its date, and an old one is wrong"}


@holds_for("asked", constraints.required())
def test_a_dependency_is_bounded_and_met_by_the_tested_version(asked: Requirement) -> None:
    operators = {each.operator for each in asked.specifier}
    assert operators == ({">="} if asked.name in UNBOUNDED else {">=", "<"})
    assert asked.specifier.contains(constraints.pinned()[canonicalize_name(asked.name)])


def test_the_tested_versions_are_whole_and_in_order() -> None:
    lines = constraints.PLACE.read_text("utf-8").splitlines(keepends=True)
    assert lines[0] == constraints.HEAD
    assert lines[1:] == [f"{name}=={version}\n" for name, version in sorted(constraints.pinned().items())]


def test_what_a_tested_version_asks_for_is_pinned_too() -> None:
    """As far as it is installed here, with whatever version."""
    names = {name for name, _ in constraints.installed(constraints.tested(), set())}
    assert names <= set(constraints.pinned())


def test_every_python_named_is_one_that_may_be_used() -> None:
    project = constraints.project()
    named = [each.rpartition(" ")[2] for each in project["classifiers"] if each.startswith("Programming Language")]
    assert named == ["3.11", "3.12", "3.13"]
    assert min(map(Version, named)) in Requirement(f"python{project['requires-python']}").specifier


def test_the_description_names_both_vendors_and_the_api_it_speaks() -> None:
    project = constraints.project()
    assert {"harvest", "harvest-api-v2", "incwo"} <= set(project["keywords"])
    assert all(name in project["description"] for name in ("Harvest", "API v2", "incwo"))
