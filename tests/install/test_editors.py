"""The editors of JSON with comments, TOML and YAML: exact texts, and any text."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest_mcp.commands.install.editors import jsonc_editor, toml_editor, yaml_editor
from tests.holds import holds_for

ENTRY: dict[str, Any] = {"command": "/opt/harvest-mcp", "args": ["--sandbox"]}
JSON_PATH, TOML_PATH, YAML_PATH = ("servers", "harvest"), ("mcp_servers", "harvest"), ("extensions", "harvest")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            '{\n    "a": 1 // one\n    // two\n}\n',
            '{\n    "a": 1, // one\n    "servers": {\n        "harvest": {\n'
            '            "command": "/opt/harvest-mcp",\n            "args": ["--sandbox"]\n        }\n    }\n'
            "    // two\n}\n",
            id="a comment stays on its line",
        ),
        pytest.param(
            '{\n\t"servers": {\n\t\t"x": {}, // y\n\t},\n}',
            '{\n\t"servers": {\n\t\t"x": {}, // y\n\t\t"harvest": {\n\t\t\t"command": "/opt/harvest-mcp",\n'
            '\t\t\t"args": ["--sandbox"]\n\t\t},\n\t},\n}',
            id="tabs and commas at the end are the custom of the file",
        ),
        pytest.param(
            '{"servers": null, "b": "// no comment, \\" }"}',
            '{"servers": {\n  "harvest": {\n    "command": "/opt/harvest-mcp",\n    "args": ["--sandbox"]\n  }\n},'
            ' "b": "// no comment, \\" }"}',
            id="null is an empty object",
        ),
        pytest.param(
            '{"servers": {"harvest": 1, "harvest": {"command": "/old", /* why */ "args": ["--sandbox"], "gone": 2}}}',
            '{"servers": {"harvest": 1, "harvest": {"command": "/opt/harvest-mcp", /* why */ "args": ["--sandbox"] }}}',
            id="of two of one name the last counts, and only what differs in it changes",
        ),
    ],
)
def test_json_is_edited_as_a_person_would(before: str, after: str) -> None:
    assert jsonc_editor.put(before, JSON_PATH, ENTRY) == after
    assert jsonc_editor.put(after, JSON_PATH, ENTRY) == after


@holds_for(
    ("before", "after"),
    [
        ('{"servers": {"harvest": {}, "b": 1}}', '{"servers": {"b": 1}}'),
        ('{"servers": {"b": 1, /* c */ "harvest": {}}}', '{"servers": {"b": 1 /* c */ }}'),
        ('{\n  "servers": {\n    "harvest": {} // ours\n  }\n}', '{\n  "servers": {\n     // ours\n  }\n}'),
        ('{"servers": {"harvest": 1, "b": 2, "harvest": {}}}', '{"servers": {"b": 2}}'),
        ('{"servers": 5}', '{"servers": 5}'),
        ("// nothing\n", "// nothing\n"),
    ],
)
def test_json_is_cut_with_the_comma_that_belongs_to_it(before: str, after: str) -> None:
    assert "".join(jsonc_editor.remove(before, JSON_PATH).split()) == "".join(after.split())


@holds_for(
    "text",
    [
        '{"a": 1',
        '{"a": 1}"',
        "{'a': 1}",
        '{"a" 1}',
        "{,}",
        '{"a": 1,,}',
        "[1]",
        '{"a": "x\ny"}',
        '{"a": 1} /',
        "{}{}",
        "{]",
    ],
)
def test_what_is_no_json_is_not_touched(text: str) -> None:
    with pytest.raises(ValueError):
        jsonc_editor.put(text, JSON_PATH, ENTRY)
    with pytest.raises(ValueError):
        jsonc_editor.remove(text, JSON_PATH)


def test_servers_of_another_kind_are_not_replaced() -> None:
    with pytest.raises(ValueError, match="servers is no object"):
        jsonc_editor.put('{"servers": []}', JSON_PATH, ENTRY)
    with pytest.raises(ValueError, match="mcp_servers is no table"):
        toml_editor.put("mcp_servers = 1\n", TOML_PATH, ENTRY)
    with pytest.raises(ValueError, match="extensions is no mapping"):
        yaml_editor.put("extensions: [a]\n", YAML_PATH, ENTRY)


BLANK = st.sampled_from(["", " ", "\n", "\r\n  ", "\t", " // c\n", "/* , } */", '\n  // { "a":\n'])
SCALAR = st.sampled_from(["1", "null", '"x"', '"// y"', '"\\"{"', "-0.5e3", "true", '"é\\u00e9"'])


@st.composite
def jsonc(draw: Any, depth: int = 2) -> str:
    """A value as somebody may have written it."""
    shape = draw(st.sampled_from(["scalar", "list", "object"])) if depth < 2 else "object"
    if shape == "scalar" or depth == 0:
        return str(draw(SCALAR))
    rows = []
    for name in draw(st.lists(st.sampled_from(["a", "servers", "harvest", "b c", "é"]), max_size=3)):
        value = draw(BLANK) + draw(jsonc(depth=depth - 1)) + draw(BLANK)
        key = f"{draw(BLANK)}{json.dumps(name, ensure_ascii=False)}{draw(BLANK)}:" if shape == "object" else ""
        rows.append(key + value)
    comma = "," + draw(BLANK) if rows and draw(st.booleans()) else ""
    opened, closed = "{}" if shape == "object" else "[]"
    return opened + str(draw(BLANK)) + ",".join(rows) + comma + closed


@settings(max_examples=150)
@given(st.tuples(BLANK, jsonc(), BLANK).map("".join))
def test_any_json_with_comments_is_changed_at_one_place_only(text: str) -> None:
    before = jsonc_editor.parse(text)
    if not isinstance(before.get("servers"), dict | None):
        with pytest.raises(ValueError, match="servers is no object"):
            jsonc_editor.put(text, JSON_PATH, ENTRY)
        return
    after = jsonc_editor.put(text, JSON_PATH, ENTRY)
    want = copy.deepcopy(before)
    want["servers"] = {**(want.get("servers") or {}), "harvest": ENTRY}
    assert jsonc_editor.parse(after) == want
    assert jsonc_editor.put(after, JSON_PATH, ENTRY) == after
    if '"servers"' not in text:  # nothing is replaced, so everything but blanks stays, in order
        rest = iter(after)
        assert all(letter in rest for letter in "".join(text.split()))
    gone = jsonc_editor.parse(jsonc_editor.remove(after, JSON_PATH))
    del want["servers"]["harvest"]
    assert gone == want


@holds_for(
    ("before", "after"),
    [
        ("", '[mcp_servers.harvest]\ncommand = "/opt/harvest-mcp"\nargs = ["--sandbox"]\n'),
        ("a = 1", 'a = 1\n\n[mcp_servers.harvest]\ncommand = "/opt/harvest-mcp"\nargs = ["--sandbox"]\n'),
        (
            'mcp_servers = {o = {command = "x"}} #\n',
            'mcp_servers = {o = {command = "x"},harvest = {command = "/opt/harvest-mcp", args = ["--sandbox"]}} #\n',
        ),
        (
            '[mcp_servers]\nharvest = {command = "x"} # mine\n[b]\n',
            '[mcp_servers]\nharvest = {command = "/opt/harvest-mcp", args = ["--sandbox"]} # mine\n[b]\n',
        ),
        (
            '# a\n"mcp_servers".harvest = {command = "x"}\n',
            '# a\n"mcp_servers".harvest = {command = "/opt/harvest-mcp", args = ["--sandbox"]}\n',
        ),
        (
            '[mcp_servers."harvest"]\ncommand = "x"\n\n# b\n[b]\nc = 1\n[mcp_servers.harvest.env]\nA = "1"\n# end\n',
            '[mcp_servers.harvest]\ncommand = "/opt/harvest-mcp"\nargs = ["--sandbox"]\n\n# b\n[b]\nc = 1\n# end\n',
        ),
    ],
)
def test_toml_keeps_what_stands_around_the_table(before: str, after: str) -> None:
    assert toml_editor.put(before, TOML_PATH, ENTRY) == after
    assert toml_editor.put(after, TOML_PATH, ENTRY) == after
    assert "harvest" not in toml_editor.remove(after, TOML_PATH)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1", "a: 1\nextensions:\n  harvest:\n    command: /opt/harvest-mcp\n    args:\n    - --sandbox\n"),
        (
            "extensions: {} # none\nb: 1\n",
            "extensions: # none\n  harvest:\n    command: /opt/harvest-mcp\n    args:\n    - --sandbox\nb: 1\n",
        ),
        (
            "extensions: {o: {cmd: x}} # flow\n",
            'extensions: {"harvest": {"command": "/opt/harvest-mcp", "args": ["--sandbox"]}, o: {cmd: x}} # flow\n',
        ),
        (
            "extensions:\n    harvest: {cmd: x} # mine\n    o:\n        cmd: |\n            x\n# end",
            'extensions:\n    harvest: {"command": "/opt/harvest-mcp", "args": ["--sandbox"]} # mine\n'
            "    o:\n        cmd: |\n            x\n# end",
        ),
    ],
)
def test_yaml_keeps_what_stands_around_the_member(before: str, after: str) -> None:
    assert yaml_editor.put(before, YAML_PATH, ENTRY) == after
    assert yaml_editor.put(after, YAML_PATH, ENTRY) == after
    gone = yaml_editor.parse(yaml_editor.remove(after, YAML_PATH))
    kept = yaml_editor.parse(before)
    assert gone == {**kept, "extensions": {k: v for k, v in kept.get("extensions", {}).items() if k != "harvest"}}


@holds_for("text", ["a: [", "a: 1\na: 2\n", "- a\n", "a: 1\n---\nb: 2\n", "&x a: *y\n", "\tb: 1"])
def test_what_is_no_single_mapping_is_not_touched(text: str) -> None:
    with pytest.raises(ValueError):
        yaml_editor.put(text, YAML_PATH, ENTRY)


def test_an_alias_is_not_written_through() -> None:
    shared = "base: &all\n  o: {cmd: x}\nextensions: *all\n"
    with pytest.raises(ValueError, match="without changing more"):
        yaml_editor.put(shared, YAML_PATH, ENTRY)
