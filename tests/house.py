"""How the package is laid out, counted: `python -m tests.house` prints it, and tests/package/test_house.py holds it."""

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import anyio

import harvest_mcp
from harvest_mcp import spec
from harvest_mcp.sandbox import open_account
from harvest_mcp.spec import Resource
from tests.conftest import talking

ROOT = Path(harvest_mcp.__file__).parent
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

CALLS: dict[str, dict[str, Any]] = {
    "update_contact": {"contact_id": 9, "title": "Owner"},
    "delete_client": {"client_id": 11112},
    "log_time": {"project": "301", "task": "501", "hours": 1},
    "create_invoice_payment": {"invoice": "id 7004", "amount": "10", "paid_at": "2018-03-05"},
}
"""Calls that stand for the rest: how many modules of `tools/` each enters is counted."""


def name(file: Path) -> str:
    """Return the dotted name of a module: `harvest_mcp.wire.rails`."""
    return ".".join(("harvest_mcp", *file.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


FILES = {name(file): file for file in sorted(ROOT.rglob("*.py"))}


@cache
def tree(module: str) -> ast.Module:
    """Return the parsed source of a module."""
    return ast.parse(FILES[module].read_text("utf-8"))


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    """Return every node of a parsed module: to walk takes as long as to parse."""
    return tuple(ast.walk(tree(module)))


@cache
def imports(module: str) -> frozenset[str]:
    """Return what a module imports, as dotted names: at its top, inside functions, and for type checking."""
    found: set[str] = set()
    for node in nodes(module):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


@cache
def uses(module: str) -> frozenset[str]:
    """Return which modules of the package one imports from."""
    own = (used if used in FILES else used.rpartition(".")[0] for used in imports(module))
    return frozenset(used for used in own if used in FILES and used != module)


def circles() -> list[list[str]]:
    """Return the groups of modules that import each other, however far around."""
    reached: dict[str, set[str]] = {}
    for module in FILES:
        seen, ahead = set[str](), [module]
        while ahead:
            ahead += (fresh := uses(ahead.pop()) - seen)
            seen |= fresh
        reached[module] = seen
    groups = {tuple(sorted(b for b in reached[a] if a in reached[b])) for a in FILES if a in reached[a]}
    return [list(group) for group in sorted(groups)]


def folders() -> dict[str, int]:
    """Return how many modules each folder holds, beside its `__init__`."""
    return Counter(
        str(file.parent.relative_to(ROOT.parent)) for file in FILES.values() if not file.name.startswith("__")
    )


def lengths() -> dict[str, int]:
    """Return the lines of each module."""
    return {module: len(file.read_text("utf-8").splitlines()) for module, file in FILES.items()}


def functions() -> dict[str, int]:
    """Return the lines of each function, by `module.name`."""
    return {
        f"{module}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in FILES
        for node in nodes(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def names() -> dict[str, list[str]]:
    """Return the public classes that more than one module defines, and where."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module in FILES:
        for node in tree(module).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module)
    return {named: where for named, where in sorted(found.items()) if len(where) > 1}


CORE = {
    *("noun", "plural", "record", "label", "says", "toolset", "verbs", "filters", "actions", "dependents"),
    *("same", "owner", "named_by", "rules", "wording", "wire"),
}
"""The fields of a resource that are everybody's."""
FEATURES = {"BilledBy": "harvest_mcp.tools.time.running_timers"}
"""Rules that the module of a feature looks for among those of a resource, and that module."""


def generic() -> list[str]:
    """Return the modules that know no resource: all outside `spec/`, `wire/` and `systems/`."""
    return [module for module in FILES if module.split(".")[1:2] not in (["spec"], ["wire"], ["systems"])]


def conditions() -> list[str]:
    """Return where generic code asks for an optional attribute of a resource, or which rules it has."""
    optional = {each.name for each in fields(Resource)} - CORE
    found = []
    for module in generic():
        asked = {
            (node.lineno, node.attr)
            for test in tests_of(module)
            for node in ast.walk(test)
            if isinstance(node, ast.Attribute) and node.attr in optional and _resource(node.value)
        }
        asked |= {(line, rule) for line, rule in lookups(module) if FEATURES.get(rule) != module}
        found += [f"{module}:{line} {attribute}" for line, attribute in sorted(asked)]
    return found


LOOKS = (".rule", "isinstance", "issubclass", "type")


KINDS = {name for name, kind in vars(spec).items() if isinstance(kind, type) and issubclass(kind, spec.Rule)}
"""The names of all kinds of rules."""


@cache
def lookups(module: str) -> tuple[tuple[int, str], ...]:
    """Return where a module looks for one kind of rule: `resource.rule(X)`, `isinstance(rule, X)`, `X in rules`."""
    if not any(isinstance(node, ast.Name) and node.id in KINDS for node in nodes(module)):
        return ()
    return tuple(
        (node.lineno, name)
        for node in nodes(module)
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and ast.unparse(node.func).endswith(LOOKS))
        for name in _names(node) & KINDS
    )


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def tests_of(module: str) -> Iterator[ast.expr]:
    """Yield every expression whose truth a module asks for."""
    for node in nodes(module):
        if isinstance(node, ast.If | ast.IfExp | ast.While):
            yield node.test
        elif isinstance(node, ast.BoolOp):
            yield from node.values
        elif isinstance(node, ast.comprehension):
            yield from node.ifs


def _resource(node: ast.expr) -> bool:
    """Whether an expression is a resource, by what resources are called."""
    return isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).split(".")[-1] in RESOURCES


RESOURCES = {"resource", "place", "owner", "kind", "scope", "each", "rows", "on", "of", "other"}


@dataclass
class Entered:
    """The modules of `tools/` that a call enters."""

    modules: set[str]

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Note the module of a function that is entered."""
        place = frame.f_code.co_filename
        if event == "call" and f"{ROOT}/tools/" in place and frame.f_code.co_name != "<module>":
            self.modules.add(place.partition("/tools/")[2])


async def entered(tool: str) -> list[str]:
    """Return the modules of `tools/` that a call of this tool runs code of, once everything is imported."""
    for last in (False, True):
        seen = Entered(set())
        async with talking(open_account(), toolsets="all", reply="yes") as talk:
            sys.setprofile(seen if last else None)
            try:
                await talk.ok(tool, **CALLS[tool])
            finally:
                sys.setprofile(None)
    return sorted(seen.modules)


def main() -> None:
    """Print every figure."""
    print(f"{len(FILES)} modules, {sum(lengths().values()):,} lines")
    print(f"fields of Resource: {len(fields(Resource))}")
    print(f"conditions on what one resource has, outside spec/, wire/ and systems/: {len(conditions())}")
    print(f"import circles: {len(circles())}")
    for title, counts in (("folder", folders()), ("file", lengths()), ("function", functions())):
        longest = sorted(counts, key=counts.__getitem__, reverse=True)[:5]
        print(f"largest {title}: " + ", ".join(f"{each} {counts[each]}" for each in longest))
    print(f"classes defined in more than one module: {', '.join(names()) or 'none'}")
    for tool in CALLS:
        print(f"{tool} enters {len(found := anyio.run(entered, tool))} modules of tools/: {', '.join(found)}")


if __name__ == "__main__":
    main()
