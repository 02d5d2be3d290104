"""The words that resources are described in, with what each means and where it is used; from the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import harvest_mcp

PACKAGE = Path(harvest_mcp.__file__).parent
WORDS = {
    "marks": ("spec/marks.py",),
    "clauses": ("spec/clauses.py",),
    "rules": ("spec/write_rules.py", "spec/record_rules.py", "spec/gaps.py"),
    "wires": (*("wire/rails_wires.py", "wire/week.py", "wire/assignment.py", "wire/daily.py", "wire/incwo_wires.py"),),
    "reports": ("spec/reports.py",),
}


def table(name: str) -> str:
    """One row for each class of a module of the vocabulary: word as it is written, meaning, an example."""
    return _table((_made(word) or word, says, _user(word)) for file in WORDS[name] for word, says in _classes(file))


def hooks() -> str:
    """One row for each hook of a rule: what generic code asks, and which rules answer."""
    rules = [PACKAGE / file for file in WORDS["rules"]] + sorted((PACKAGE / "systems").rglob("*_rules.py"))
    answers: defaultdict[str, list[str]] = defaultdict(list)
    for file in rules:
        for rule in (each for each in ast.parse(file.read_text("utf-8")).body if isinstance(each, ast.ClassDef)):
            for node in rule.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    answers[node.name].append(f"`{rule.name}`")
    body = _class("spec/rule.py", "Rule").body
    told = [(node.name, _first(ast.get_docstring(node) or "")) for node in body if isinstance(node, ast.FunctionDef)]
    assert [name for name, _ in told if not answers[name]] == [], "no rule of the files above answers these"
    rows = [f"| `{name}` | {says} | {', '.join(answers[name])} |" for name, says in told]
    return "\n".join(["| Hook | What it says | Answered by |", "|---|---|---|", *rows])


def attributes() -> str:
    """One row for each attribute of `Resource`; one that is a clause means what the clause does."""
    clauses = {**dict(_classes("spec/clauses.py")), **dict(_classes("spec/resource.py"))}
    body = _class("spec/resource.py", "Resource").body
    rows = []
    for at, node in enumerate(body):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        word, kind = node.target.id, ast.unparse(node.annotation)
        after = body[at + 1] if at + 1 < len(body) else None
        said = _docstring(after) or next(
            (says for clause, says in clauses.items() if re.search(rf"\b{clause}\b", kind)), ""
        )
        rows.append((word, said, _user(word, f"{word}=")))
    return _table(rows)


def _docstring(node: ast.AST | None) -> str:
    """The first sentence of a bare string."""
    told = node.value if isinstance(node, ast.Expr) else None
    return _first(told.value) if isinstance(told, ast.Constant) and isinstance(told.value, str) else ""


def _first(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


def _classes(file: str) -> Iterator[tuple[str, str]]:
    for node in ast.parse((PACKAGE / file).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and (text := ast.get_docstring(node)):
            yield node.name, _first(text)


def _class(file: str, name: str) -> ast.ClassDef:
    found = (node for node in ast.parse((PACKAGE / file).read_text("utf-8")).body if isinstance(node, ast.ClassDef))
    return next(node for node in found if node.name == name)


def _user(word: str, text: str = "") -> str:
    """The shortest module of `systems/` that uses a word: an attribute by its text, all else by an import."""
    files = sorted((PACKAGE / "systems").rglob("*.py"), key=lambda file: (file.stat().st_size, file.name))
    if text:
        used = [file for file in files if re.search(rf"\b{re.escape(text)}", file.read_text("utf-8"))]
    else:
        used = [file for file in files if _names(word) & _imported(file)]
    return f"`{used[0].relative_to(PACKAGE / 'systems')}`" if used else ""


def _names(word: str) -> set[str]:
    """A word, and the constant it is written as."""
    return {word, _made(word) or word}


@cache
def _made(word: str) -> str:
    """The constant that a mark without a value is written as, `APART` of `TellsApart`; empty for any other word."""
    made = re.findall(rf"^([A-Z_]+) = {word}\(\)$", (PACKAGE / "spec/marks.py").read_text("utf-8"), re.MULTILINE)
    return "".join(made)


@cache
def _imported(file: Path) -> frozenset[str]:
    """The names that a module imports from others."""
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(each.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for each in node.names)


def _table(rows: Iterator[tuple[str, str, str]] | list[tuple[str, str, str]]) -> str:
    lines = [f"| `{word}` | {says} | {user} |" for word, says, user in rows]
    return "\n".join(["| Word | What it says | For example |", "|---|---|---|", *lines])
