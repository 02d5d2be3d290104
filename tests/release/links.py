"""Links that put the installed command into a client with one click: made here, and read back for comparison.

They go through the vendors' own pages, since a forge shows no others. None holds a secret: Cursor's starts the account
that comes with the package, and VS Code asks for the token, which it keeps itself.
"""

import json
from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from tests.release import facts

CURSOR = "https://cursor.com/en/install-mcp"
CODE = "https://insiders.vscode.dev/redirect/mcp/install"


def cursor() -> str:
    """Return the link for Cursor, which asks for nothing: the embedded account."""
    entry = {"command": facts.NAME, "args": ["--sandbox"]}
    packed = b64encode(_short(entry).encode()).decode("ascii")
    return f"{CURSOR}?{urlencode({'name': facts.CALLED, 'config': packed})}"


def code() -> str:
    """Return the link for VS Code, which asks for what each variable of the server needs."""
    asked = [each for each in facts.ASKED if not isinstance(each.default, bool)]
    entry = {"type": "stdio", "command": facts.NAME, "env": {each.variable: f"${{input:{each.key}}}" for each in asked}}
    inputs = [
        {"type": "promptString", "id": each.key, "description": f"{each.title}. {each.says}.", "password": each.secret}
        for each in asked
    ]
    given = {"name": facts.CALLED, "config": _short(entry), "inputs": _short(inputs)}
    return f"{CODE}?{urlencode(given, quote_via=quote)}"


def _short(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def read(link: str) -> dict[str, Any]:
    """Return what a client reads out of a link."""
    parts = urlsplit(link)
    given = {name: value for name, (value,) in parse_qs(parts.query, strict_parsing=True).items()}
    packed = b64decode(given["config"], validate=True).decode() if link.startswith(CURSOR) else given["config"]
    return {
        **given,
        "config": json.loads(packed),
        **({"inputs": json.loads(given["inputs"])} if "inputs" in given else {}),
    }


def buttons() -> str:
    """Return the line of the README with both."""
    return f"[Try it in Cursor]({cursor()}), with the account that comes with it · [Add it to VS Code]({code()})"
