"""The scripts of `examples/`, run as a reader runs them."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from harvest_mcp.sandbox import ADMIN, Sandbox, open_account, running
from harvest_mcp.systems.harvest import CLIENTS
from tests import forks
from tests.patience import PATIENCE
from tests.tools.kit import SEARCHED

EXAMPLES = Path(__file__).parents[2] / "examples"
PRESIDENT = (
    '     list_contacts(client="SuprCorp", query="president", fields=["first_name", "last_name", "title", "email"])'
)

SAM = (
    "You: Add Jane Doe's colleague Sam Rivera, sam.rivera@suprcorp.example, to Suprcrop.",
    '     create_contact(client="Suprcrop", first_name="Sam", last_name="Rivera", email="sam.rivera@suprcorp.example")',
    "     refused: No client named exactly 'Suprcrop'. Nothing was created. Similar: \"SuprCorp\" (11072). "
    "Pass the id, or the name as it is written there.",
    '     create_contact(client="11072", first_name="Sam", last_name="Rivera", email="sam.rivera@suprcorp.example")',
    "CRM: I added Sam Rivera to SuprCorp, with the e-mail address sam.rivera@suprcorp.example.",
)
ACME = (
    "You: Archive Acme.",
    '     search_records(query="Acme", kinds=["clients"])',
    "     archive_client(client_id=11073)",
    "CRM: Acme is archived. Its contacts are kept, and it can be brought back at any time.",
)
REFUSED = (
    'Harvest refused this (400): "This client has 2 active projects." (Harvest\'s words). Nothing was changed.'
    " What may have to be archived first: list_projects(client=11072, active=true)."
)
ASTRAY = """
from natural_language import Message, ToolCall

class Model:
    async def reply(self, messages, tools):
        return Message("assistant", "", (ToolCall("1", "fly_to", {}), ToolCall("2", "get_client", {"id": "x"})))
"""
LOOK = {"client": "SuprCorp", "query": "president", "fields": ["first_name", "last_name", "title", "email"]}
CALLS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {"id": "c1", "type": "function", "function": {"name": "list_contacts", "arguments": json.dumps(LOOK)}}
    ],
}
ANSWER = {"role": "assistant", "content": "That is Jane Doe."}


def run(script: str, *arguments: str, typed: str = "", **environment: str) -> list[str]:
    """What a script prints, without blank lines; its journal is nobody's."""
    with TemporaryDirectory() as folder:
        own = {"PYTHONIOENCODING": "utf-8", "HARVEST_MCP_STATE": f"{folder}/state.db"}
        done = subprocess.run(
            [forks.python(), str(EXAMPLES / script), *arguments],
            input=typed,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
            env={**os.environ, **own, **environment},
        )
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in done.stdout.splitlines() if line]


LOOKED = f"searched: {', '.join(SEARCHED)}; invoices: only page 1 of at least 2 read"


def test_a_session_lists_searches_creates_and_deletes_with_consent() -> None:
    lines = run("client_session.py", typed="y\n")
    assert lines[0].startswith("Connected. Work in a Harvest account.")
    assert [line.split()[0] for line in lines[1:4]] == ["who_am_i", "get_rate_limit_status", "search_records"]
    assert lines.index("delete_contact         Delete a contact; asks a person.") == 16
    create = '> create_contact(client="SuprCorp", first_name="Ada", last_name="Byron", email="ada@suprcorp.example")'
    told = lines[lines.index('> search_records(query="jane doe")') :]
    assert [line for line in told if not line.startswith('{"id":158,')] == [
        '> search_records(query="jane doe")',
        f"# 2 hits; {LOOKED}",
        "kind,id,name,of,score,why,more",
        'contact,9,Jane Doe,SuprCorp,100,"first_name jane, last_name doe",'
        "janedoe@example.com; 555.555.5555; 555.555.7777; President",
        'contact,105,Jane Doe,Northgate Outfitters,100,"first_name jane, last_name doe",'
        "frontdesk@northgate.example; 207.555.0100; Receptionist",
        create,
        'Created contact "Ada Byron" (158). undo_change(change_id=1) takes it back.',
        create,
        'Already created contact "Ada Byron" (158). An identical create ran a moment ago; that was change 1, '
        "and nothing was sent now. undo_change(change_id=1) takes it back. allow_duplicate=true does it once more.",
        "> delete_contact(contact_id=158)",
        'The server asks: Delete contact "Ada Byron" (158), client "SuprCorp", email "ada@suprcorp.example"? '
        "Undo recreates it under a new id.",
        'Yes, delete contact "Ada Byron" (158) [y/N] Deleted contact "Ada Byron" (158). '
        "undo_change(change_id=2) makes it again under a new id.",
        '> search_records(query="ada byron")',
        f'# 0 hits; no record has all of them; "ada" is in 4; "byron" is in 1; {LOOKED}; not searched: day entries, '
        "expenses. Looked in texts, telephones, addresses and names of what they refer to. Try fewer or other words.",
    ]


def test_a_session_takes_no_answer_for_a_no() -> None:
    lines = run("client_session.py", typed="")
    assert "[y/N] This client seems to have answered the question by itself: a no came after" in lines[-5]
    assert lines[-5].endswith("Nothing was deleted.")
    assert lines[-1] == 'contact,158,Ada Byron,SuprCorp,100,"first_name ada, last_name byron",ada@suprcorp.example'


def test_a_session_told_yes_asks_nobody() -> None:
    lines = run("client_session.py", "--yes")
    assert lines[-4:-2] == [
        'Yes, delete contact "Ada Byron" (158) [y/N] y',
        'Deleted contact "Ada Byron" (158). undo_change(change_id=2) makes it again under a new id.',
    ]


def test_the_stand_in_answers_four_questions_aloud() -> None:
    lines = run("natural_language.py")
    month = datetime.now(UTC).strftime("%Y-%m-01")
    new = next(at for at, line in enumerate(lines) if line.startswith("CRM: This month you added "))
    assert lines.pop(new).endswith("Sam Rivera at SuprCorp.")  # the seeded account's newest people come before
    assert lines == [
        "You: Who is the president of SuprCorp?",
        PRESIDENT,
        "CRM: The president of SuprCorp is Jane Doe, reached at janedoe@example.com.",
        *SAM,
        "You: Who did we add this month?",
        f'     list_contacts(updated_since="{month}", '
        'fields=["client_id", "first_name", "last_name", "created_at"], limit=1000)',
        '     list_clients(fields=["name"], limit=1000)',
        *ACME,
    ]


def test_the_exchange_in_the_readme_is_what_the_script_prints() -> None:
    readme = (EXAMPLES / "README.md").read_text("utf-8")
    assert "\n".join(["```text", *SAM, "```"]) in readme


def test_questions_go_to_an_account_of_ones_own_and_what_cannot_be_done_is_said() -> None:
    questions = ("Archive Acme.", "Archive Bluepeak.", "Archive SuprCorp.", "Sing!")
    with open_account() as sandbox, running(sandbox) as url:
        account = {"HARVEST_URL": url, "HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}
        before = archived(sandbox)
        lines = run("natural_language.py", "--account", *questions, **account)
        assert archived(sandbox) - before == {"Acme"}
    assert lines == [
        *ACME,
        "You: Archive Bluepeak.",
        '     search_records(query="Bluepeak", kinds=["clients"])',
        "CRM: 2 clients could be Bluepeak. Which one do you mean?",
        "You: Archive SuprCorp.",
        '     search_records(query="SuprCorp", kinds=["clients"])',
        "     archive_client(client_id=11072)",
        f"     refused: {REFUSED}",
        f"CRM: SuprCorp is not archived. {REFUSED}",
        "You: Sing!",
        "CRM: I am only a script and do not know that question. Plug in a model, and it will.",
    ]


def archived(sandbox: Sandbox) -> set[object]:
    return {row["name"] for row in sandbox.rows(CLIENTS) if not row["active"]}


def test_a_tool_that_is_not_offered_is_not_called() -> None:
    with open_account() as sandbox, running(sandbox) as url:
        account = {"HARVEST_URL": url, "HARVEST_EMAIL": ADMIN.email, "HARVEST_PASSWORD": ADMIN.password}
        reading = {**account, "HARVEST_MCP_READ_ONLY": "true"}
        lines = run("natural_language.py", "--account", "Archive Acme.", **reading)
    assert lines[-1] == "CRM: I would need archive_client for that, and this server does not offer it."


def test_a_model_that_goes_astray_gets_errors_and_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "astray.py").write_text(ASTRAY, "utf-8")
    lines = run("natural_language.py", "--model", "astray:Model", "Well?", PYTHONPATH=str(tmp_path))
    assert lines[1] == "     fly_to()"
    assert lines[2].startswith("     refused: There is no tool of that name here. Tools: who_am_i, ")
    assert lines[3:5] == [
        '     get_client(id="x")',
        "     refused: client_id is missing; id is no argument of this tool. "
        "Nothing was sent. get_client takes: client_id.",
    ]
    assert len(lines) == 1 + 8 * 4 + 1
    assert lines[-1] == "CRM: I stopped after 8 rounds without an answer. Ask again in smaller steps."


def test_the_hosted_model_in_the_comments_works(tmp_path: Path) -> None:
    code = (EXAMPLES / "natural_language.py").read_text("utf-8")
    comment = code[code.index("#   import json, os") : code.index('if __name__ == "__main__"')]
    (tmp_path / "my_model.py").write_text("\n".join(line[4:] for line in comment.splitlines()), "utf-8")
    with chat_service(CALLS, ANSWER) as (url, heard):
        hosted = {"URL": url, "KEY": "made-up", "MODEL": "any", "PYTHONPATH": str(tmp_path)}
        lines = run("natural_language.py", "--model", "my_model:Hosted", "Who is SuprCorp's president?", **hosted)
    assert lines == ["You: Who is SuprCorp's president?", PRESIDENT, "CRM: That is Jane Doe."]
    first, second = heard
    assert first["messages"][0]["content"].endswith(f"Today is {datetime.now(UTC):%A, %Y-%m-%d}.")
    assert first["messages"][1:] == [{"role": "user", "content": "Who is SuprCorp's president?"}]
    assert {tool["function"]["name"] for tool in first["tools"]} >= {"list_contacts", "delete_client"}
    assert second["messages"][2] == {"role": "assistant", "content": "", "tool_calls": CALLS["tool_calls"]}
    assert second["messages"][3]["tool_call_id"] == "c1"
    assert second["messages"][3]["content"].startswith("# 2 contacts\nid,first_name,last_name,title,email\n9,Jane,Doe,")


@contextmanager
def chat_service(*replies: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A chat-completions service that says these things in turn; its address, and what it was sent."""
    left, heard = list(replies), []

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = json.dumps({"choices": [{"message": left.pop(0)}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Not on the tests' stderr."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/chat", heard
        server.shutdown()
        thread.join(10)
