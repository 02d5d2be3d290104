"""The package stays as a stranger can read it: sizes, counted by tests/house.py."""

from dataclasses import fields

from harvest_mcp.spec import Resource
from tests import house


def test_no_folder_holds_more_than_fourteen_modules() -> None:
    assert {folder: count for folder, count in house.folders().items() if count > 14} == {}


def test_no_file_is_longer_than_a_thought() -> None:
    assert {module: lines for module, lines in house.lengths().items() if lines > 300} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert {name: lines for name, lines in house.functions().items() if lines > 55} == {}


def test_a_resource_has_no_more_fields_than_it_had() -> None:
    assert len(fields(Resource)) <= 46
