"""No sample lies about unread: every body under tests/samples is in a table of the tests of samples."""

from importlib import import_module
from pathlib import Path

from .test_samples import SAMPLES


def test_every_sample_is_witnessed() -> None:
    used: set[str] = set()
    for file in Path(__file__).parent.glob("test_*samples.py"):
        module = import_module(f".{file.stem}", __package__)
        used |= {case[0] for case in module.READ} | getattr(module, "MORE", set())
    bodies = (file for file in SAMPLES.rglob("*.xml") if "incwo" not in file.parts)
    assert {str(file.relative_to(SAMPLES).with_suffix("")) for file in bodies} == used
