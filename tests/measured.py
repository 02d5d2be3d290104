"""In which tests coverage is measured: in all, except those in the files that `tests/unmeasured.txt` names.

Measuring doubles the time of a test, and what these files go through others go through as well. A new file is measured.
`python -m tests.measured` measures all, which takes long, and writes the list anew.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import harvest_mcp

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).with_name("unmeasured.txt")
ENOUGH = 0.997
"""The share that measured tests must take of all steps from line to line that any test takes."""
ALL = "MEASURE_ALL"
"""The environment variable with which files in the list are measured too, each in a context of its own."""


def unmeasured() -> list[str]:
    """Return the files in the list, as `tests/wire/test_hostile.py`."""
    return LIST.read_text("utf-8").split()


class Measuring:
    """Has pytest-cov measure the import of the package, once, and these tests; all else runs untraced, pytest too."""

    def __init__(self) -> None:
        self._left_out = set() if ALL in os.environ else {ROOT / file for file in unmeasured()}

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self, session: pytest.Session) -> Generator[None, object, object]:
        """Import everything where tests are handed out, since a worker has imported most before it is measured."""
        worker = hasattr(session.config, "workerinput")
        if worker and (begun := _controller(session.config)):
            begun.pause()  # begun before the worker's own, read by nobody; it would measure on
        started = yield
        if (controller := _controller(session.config)) is None:  # --no-cov
            return started
        if not worker:
            for module in pkgutil.walk_packages(harvest_mcp.__path__, "harvest_mcp."):
                if not module.name.endswith("__main__"):
                    importlib.import_module(module.name)
        controller.pause()
        return started

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        controller = _controller(item.config)
        if controller is None or item.path in self._left_out or _again(item):
            return (yield)
        controller.resume()
        if ALL in os.environ:
            controller.cov.switch_context(item.path.relative_to(ROOT).as_posix())
        try:
            return (yield)
        finally:
            controller.pause()


def _again(item: pytest.Item) -> bool:
    """Return whether a test runs in the second of both protocol eras."""
    return isinstance(item, pytest.Function) and hasattr(item, "callspec") and "legacy" in item.callspec.params.values()


def _controller(config: pytest.Config) -> Any:
    return config.pluginmanager.getplugin("_cov").cov_controller


def register(config: pytest.Config) -> None:
    """Choose what is measured, if anything is."""
    if config.pluginmanager.hasplugin("_cov"):
        config.pluginmanager.register(Measuring())


def chosen(went: dict[str, set[Any]], seconds: dict[str, float]) -> list[str]:
    """Return the files whose tests take `ENOUGH` of all steps; first those that take most new ones in a second."""
    left, taken, gone = dict(went), list[str](), set[Any]()
    enough = ENOUGH * len(set[Any]().union(*went.values()))
    while len(gone) < enough:
        best = max(left, key=lambda file: len(left[file] - gone) / max(seconds.get(file, 0.0), 0.01))
        gone |= left.pop(best)
        taken.append(best)
    return taken


def _measure(folder: Path) -> tuple[dict[str, set[Any]], dict[str, float]]:
    """Run all tests; return the steps of each file of tests, and how long it takes."""
    from coverage import CoverageData  # noqa: PLC0415 - not for those who only run tests

    data, times = folder / "coverage", folder / "times.xml"
    once = (sys.executable, "-m", "pytest", "-n", "auto", "--cov", "--cov-report=", "--cov-fail-under=0")
    environment = {**os.environ, ALL: "yes", "COVERAGE_FILE": str(data)}
    subprocess.run([*once, f"--junitxml={times}"], cwd=ROOT, env=environment, check=True)
    measured, went = CoverageData(str(data)), dict[str, set[Any]]()
    measured.read()
    for context in measured.measured_contexts() - {""}:
        measured.set_query_context(context)
        went[context] = {(file, step) for file in measured.measured_files() for step in measured.arcs(file) or ()}
    return went, _seconds(ElementTree.parse(times).iter("testcase"), went)  # noqa: S314 - our own


def _seconds(cases: Iterable[ElementTree.Element], files: Iterable[str]) -> dict[str, float]:
    known = {file.removesuffix(".py").replace("/", "."): file for file in files}
    seconds = dict.fromkeys(files, 0.0)
    for case in cases:
        if (file := known.get(case.get("classname", ""))) is not None:
            seconds[file] += float(case.get("time", 0))
    return seconds


def main() -> None:
    """Write the list anew."""
    with tempfile.TemporaryDirectory() as folder:
        went, seconds = _measure(Path(folder))
    files = {file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py")}
    left_out = sorted(files - set(chosen(went, seconds)))
    LIST.write_text("".join(f"{file}\n" for file in left_out), "utf-8")
    print(f"{len(left_out)} of {len(files)} files of tests are not measured")


if __name__ == "__main__":
    main()
