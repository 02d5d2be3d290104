"""The arrows of CONTRIBUTING.md, read off the imports."""

import ast

from tests.holds import holds_for
from tests.house import FILES, ROOT, circles, imports, tree, uses

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "counters": set(),
    "spec": set(),
    "systems": {"spec", "wire"},
    "wire": {"errors", "spec"},
    "text": {"spec"},
    "sandbox": {"errors", "spec", "systems", "wire"},
    "state": {"errors", "config"},
    "consent": {"counters", "errors", "state"},
    "integrations": {"errors", "spec", "systems", "sandbox"},
    "config": {"errors", "systems", "integrations", "consent", "state"},
    "gateway": {"counters", "errors", "config", "spec", "wire", "state"},
    "names": {"spec"},
    "lanes": {"spec"},
    "oversize": {"errors", "spec", "scans"},
    "absent": {"errors", "spec", "wire"},
    "scans": {"errors", "spec", "text"},
    "api": {"errors", "spec", "wire", "gateway", "names", "scans", "lanes", "absent", "oversize"},
    "changes": {"errors", "spec", "gateway", "api", "state"},
    "tools": {
        "errors",
        "config",
        "spec",
        "wire",
        "text",
        "consent",
        "gateway",
        "names",
        "scans",
        "lanes",
        "oversize",
        "api",
        "changes",
        "state",
    },
    "approval": {"errors", "state", "text", "consent"},
    "vault": {"errors", "config", "spec", "gateway", "state", "tools"},
    "protocol": {
        *(
            "counters",
            "errors",
            "config",
            "spec",
            "systems",
            "text",
            "consent",
            "gateway",
            "tools",
            "vault",
            "approval",
        ),
    },
    "server": {
        *("errors", "config", "spec", "systems", "state", "consent", "integrations", "sandbox"),
        *("gateway", "changes", "tools", "approval", "protocol"),
    },
}
"""Of each folder, and module beside them, what it may import; `commands` are above all."""

VENDOR = {"harvest_mcp.tools.time": {"systems"}}
"""Timers and timesheets are Harvest's alone, and say so: what only they may import."""

TOOLS = (
    "address",
    "tool",
    "arguments",
    "questions",
    "records",
    "receipts",
    "time",
    "files",
    "reports",
    "journal",
    "search",
    "account",
    "bulk",
    "insight",
)
"""The parts of `tools/`, each above those before it; `registry` is above all."""
ONE_DOOR = {
    "lxml": {"wire/xml.py", "commands/demo.py"},
    "httpx": {
        *(f"gateway/{each}.py" for each in ("client", "body", "transport", "outside", "oauth", "pool")),
        "server.py",
    },
    "keyring": {"config/keyring_store.py"},
    "mcp": {
        *(f"protocol/{each}.py" for each in ("reading", "resources", "prompt_texts", "connecting")),
        "protocol/sdk.py",
        "protocol/elicitation.py",
        "protocol/stdio/loop.py",
        "protocol/stdio/conversation.py",
        *("protocol/http/app.py", "protocol/http/gate.py", "protocol/http/tokens.py"),
        "commands/demo.py",
    },
    "mcp_types": {
        *(f"protocol/{each}.py" for each in ("reading", "resources", "prompt_texts", "connecting")),
        "protocol/sdk.py",
        "protocol/elicitation.py",
        *("protocol/incoming/lines.py", "protocol/http/limits/bodies.py"),
        "protocol/stdio/loop.py",
        "protocol/stdio/conversation.py",
        "commands/demo.py",
    },
    "sqlite3": {"sandbox/store.py", "state/sqlite.py"},
    "matplotlib": {"tools/reports/chart.py", "tools/reports/letters.py"},
    "psycopg": {"state/postgresql.py", "gateway/shared.py"},
    "xlsxwriter": {"text/sheets.py"},
    "jwt": {"protocol/http/keys.py", "protocol/http/tokens.py", "protocol/pages/oidc.py"},
    "cryptography": {"vault/ring.py"},
    "starlette": {
        "approval/page.py",
        *("protocol/http/app.py", "protocol/http/gate.py", "protocol/http/narrowing.py"),
        *("protocol/http/refusals.py", "protocol/http/limits/bodies.py", "protocol/http/limits/sessions.py"),
        *("protocol/pages/door.py", "protocol/pages/routes.py"),
        *("protocol/pages/approve.py", "protocol/pages/connect.py"),
    },
    "opentelemetry": {"gateway/client.py", "protocol/traces.py"},
    "uvicorn": {
        "approval/serving.py",
        "sandbox/server.py",
        "protocol/http/serving.py",
        "protocol/http/limits/connections.py",
    },
    "rich": {"commands/audit/listing.py", "commands/demo.py", "commands/journal.py"},
    "ruamel": {"commands/install/editors/yaml_editor.py"},
    "tomlkit": {"commands/install/editors/toml_editor.py"},
}


def layer(name: str) -> str:
    return name.split(".")[1] if name.startswith("harvest_mcp.") else ""


def test_a_layer_imports_only_the_layers_below_it() -> None:
    wrong = {
        f"{module} imports {used}"
        for module in FILES
        if (own := layer(module)) in MAY_IMPORT
        for used in {layer(name) for name in imports(module)}
        - {"", own, "__version__"}
        - MAY_IMPORT[own]
        - VENDOR.get(module.rpartition(".")[0], set())
    }
    assert wrong == set()


def test_a_part_of_the_tools_imports_only_the_parts_below_it() -> None:
    ranks = {f"harvest_mcp.tools.{part}": rank for rank, part in enumerate((*TOOLS, "registry"))}

    def rank(module: str) -> int:
        return ranks.get(".".join(module.split(".")[:3]), -1)

    wrong = {f"{module} imports {used}" for module in FILES for used in uses(module) if 0 <= rank(module) < rank(used)}
    assert wrong == set()


def test_no_module_imports_itself_however_far_around() -> None:
    assert circles() == []


@holds_for("library", ONE_DOOR)
def test_a_library_comes_in_by_its_one_door(library: str) -> None:
    users = {
        str(file.relative_to(ROOT))
        for module, file in FILES.items()
        if any(name == library or name.startswith(f"{library}.") for name in imports(module))
    }
    assert users <= ONE_DOOR[library]


def test_every_module_says_its_job_first() -> None:
    assert [module for module in FILES if not ast.get_docstring(tree(module))] == []


def test_annotations_are_real_at_run_time() -> None:
    assert [module for module in FILES if "__future__.annotations" in imports(module)] == []
