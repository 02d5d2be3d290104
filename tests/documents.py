"""The tables of README.md, made from the code: `python -m tests.documents` writes them, a test compares them."""

from collections.abc import Callable
from pathlib import Path

from harvest_mcp import server
from harvest_mcp.settings import Settings, read
from harvest_mcp.tools import prompts
from harvest_mcp.tools.show import hints

README = Path(__file__).parents[1] / "README.md"
FLAGS = (
    "toolsets",
    "tools",
    "exclude_tools",
    "read_only",
    "confirm",
    "state",
    "keep_days",
    "max_answer_mb",
    "log_level",
)


def tools() -> str:
    rows = [f"| `{tool.name}` | {tool.toolset} | {hints(tool)} | {tool.says} |" for tool in server.tools_for(read({}))]
    return "\n".join(["| Tool | Toolset | | What it does |", "|---|---|---|---|", *rows])


def prompt_table() -> str:
    loaded = prompts.load(tool.name for tool in server.tools_for(read({})))
    rows = [f"| `{prompt.name}` | {prompt.title} | {prompt.description} |" for prompt in loaded]
    return "\n".join(["| Prompt | Title | |", "|---|---|---|", *rows])


def settings_table() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        flag = f"`--{name.replace('_', '-')}`" if name in FLAGS else ""
        default = "" if field.default in (None, ()) else f"`{str(field.default).lower()}`"
        if isinstance(field.default, str):
            default = f"`{field.default}`"
        example = (field.examples or [""])[0]
        rows.append(f"| `{field.validation_alias}` | {flag} | {field.description} | {default} | `{example}` |")
    return "\n".join(["| Variable | Flag | What | Default | Example |", "|---|---|---|---|---|", *rows])


TABLES: dict[str, Callable[[], str]] = {"tools": tools, "prompts": prompt_table, "settings": settings_table}


def renewed(text: str) -> str:
    """The README with every generated table as the code has it."""
    for name, table in TABLES.items():
        before, rest = text.split(f"<!-- table: {name} -->\n", 1)
        _, after = rest.split("<!-- end -->", 1)
        text = f"{before}<!-- table: {name} -->\n\n{table()}\n\n<!-- end -->{after}"
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
