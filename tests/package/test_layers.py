"""The arrows of CONTRIBUTING.md, read off the imports."""

import ast
from functools import cache
from pathlib import Path

import pytest

import harvest_mcp

ROOT = Path(harvest_mcp.__file__).parent

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "secret": set(),
    "files": {"errors", "secret"},
    "forms": set(),
    "keys": {"errors", "secret"},
    "marks": set(),
    "clauses": set(),
    "parts": {"marks"},
    "columns": {"marks", "spec"},
    "reports": {"spec"},
    "resources": {"marks", "columns", "clauses", "parts", "reports"},
    "spec": {"errors", "marks", "columns", "clauses", "parts", "reports", "resources"},
    "systems": {"errors", "spec"},
    "wire": {"errors", "spec"},
    "sandbox": {"errors", "spec", "systems", "wire"},
    "state": {"errors", "secret"},
    "gateway": {"errors", "secret", "spec", "wire", "state", "forms"},
    "api": {"errors", "spec", "wire", "gateway"},
    "changes": {"errors", "spec", "gateway", "api", "state"},
    "tools": {"errors", "secret", "spec", "wire", "gateway", "api", "changes", "state"},
    "approval": {"errors", "state", "tools"},
}
ONE_DOOR = {
    "lxml": {"wire/xml.py", "commands/demo.py"},
    "httpx": {"gateway/client.py", "gateway/body.py", "gateway/transport.py", "server.py"},
    "keyring": {"config/keyring_store.py"},
    "mcp": {
        "protocol/sdk.py",
        "protocol/elicitation.py",
        "protocol/stdio/loop.py",
        "protocol/stdio/conversation.py",
        "commands/demo.py",
    },
    "mcp_types": {
        "protocol/sdk.py",
        "protocol/elicitation.py",
        "protocol/stdio/lines.py",
        "protocol/stdio/loop.py",
        "protocol/stdio/conversation.py",
        "commands/demo.py",
    },
    "sqlite3": {"sandbox/store.py", "state/sqlite.py"},
    "matplotlib": {"tools/reports/chart.py", "tools/reports/letters.py"},
    "psycopg": {"gateway/shared.py"},
    "starlette": {"approval/page.py"},
    "uvicorn": {"approval/serving.py", "sandbox/server.py"},
    "rich": {"commands/demo.py", "commands/journal.py"},
}


@cache
def imports(file: Path) -> set[str]:
    """Everything a file imports, at its top or inside a function, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer(name: str) -> str:
    return name.split(".")[1] if name.startswith("harvest_mcp.") else ""


FILES = sorted(ROOT.rglob("*.py"))


def test_a_layer_imports_only_the_layers_below_it() -> None:
    wrong = {
        f"{file.relative_to(ROOT)} imports {used}"
        for file in FILES
        if (own := file.relative_to(ROOT).parts[0].removesuffix(".py")) in MAY_IMPORT
        for used in {layer(name) for name in imports(file)} - {"", own, "__version__"} - MAY_IMPORT[own]
    }
    assert wrong == set()


@pytest.mark.parametrize("library", ONE_DOOR)
def test_a_library_comes_in_by_its_one_door(library: str) -> None:
    users = {
        str(file.relative_to(ROOT))
        for file in FILES
        if any(name == library or name.startswith(f"{library}.") for name in imports(file))
    }
    assert users <= ONE_DOOR[library]


def test_no_file_is_longer_than_a_thought() -> None:
    assert [file.name for file in FILES if len(file.read_text("utf-8").splitlines()) > 300] == []


def test_every_module_says_its_job_first() -> None:
    assert [file.name for file in FILES if not ast.get_docstring(ast.parse(file.read_text("utf-8")))] == []


def test_annotations_are_real_at_run_time() -> None:
    assert [file.name for file in FILES if "__future__.annotations" in imports(file)] == []
