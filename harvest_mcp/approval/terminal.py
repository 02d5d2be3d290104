"""Approve in a terminal: list what waits; show one question with its record and ask y or N."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

import anyio
import click

from harvest_mcp.consent.store import Consents, Decision, PendingQuestion, typed_code
from harvest_mcp.text.render import quoted, visible

LISTED = 300
"""Characters of a question in the list of pending ones; `approve` shows all of it."""


def pending(consents: Consents, *, as_json: bool, command: str = "harvest-mcp approve CODE") -> int:
    """Print what waits for a person, oldest first; `command` is what to type next."""
    waiting = anyio.run(consents.waiting)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in waiting], indent=2))
        return 0
    if not waiting:
        click.echo("Nothing waits for an approval.")
        return 0
    now = consents.clock()
    click.echo(f"{'code':9}  {'age':>6}  question")
    for each in waiting:
        age = _age(now - each.asked)
        click.echo(visible(f"{each.code:9}  {age:>6}  {_listed(each.question)}"))
        click.echo(visible(f"{'':19}in {each.sheet.place}, signed in as {each.matter.principal}"))
    click.echo(visible(f"\nSee one and decide: {command}"))
    return 0


def approve(consents: Consents, typed: str, *, decline: bool, yes: bool) -> int:
    """Show the question of a code and store the answer; return the exit status, 0 if it was stored as given."""
    code = typed_code(typed.strip())
    waiting = anyio.run(consents.find, code)
    if waiting is None or waiting.answer != "open" or consents.clock() > waiting.expires:
        return _failed(f"{_closed(waiting, code)} `harvest-mcp pending` lists what waits.")
    click.echo(visible("\n".join(_lines(waiting))))
    if decline:
        return _kept(consents, waiting, "declined")
    if yes:
        return _kept(consents, waiting, "yes")
    if not sys.stdin.isatty():
        return _failed("No person is at this terminal, so nothing was approved. Say --yes if you are one.")
    again = waiting.question if len(waiting.question) <= LISTED else "All that is above:"
    agreed = click.confirm(visible(f"{again} Approve?"), default=False)
    return _kept(consents, waiting, "yes" if agreed else "declined")


def _kept(consents: Consents, waiting: PendingQuestion, answer: Decision) -> int:
    if not anyio.run(consents.decide, waiting.code, answer):
        return _failed("This question was closed meanwhile, so your answer does not count.")
    if answer == "declined":
        click.echo(f"Declined. {waiting.sheet.untouched}")
        return 0
    click.echo(f"Approved, for one call before {waiting.until:%H:%M:%S}. Go back to the conversation and say so.")
    return 0


def _closed(waiting: PendingQuestion | None, code: str) -> str:
    if waiting is None:
        return visible(f"No question {code} waits in this state store.")
    if waiting.answer != "open":
        return f"Question {waiting.code} was {'approved' if waiting.answer == 'yes' else 'declined'} before."
    return f"Question {waiting.code} is older than five minutes. {waiting.sheet.untouched}"


def _lines(waiting: PendingQuestion) -> Iterator[str]:
    """Yield the question line by line, as the page shows it."""
    sheet = waiting.sheet
    wide = max(len(name) for name, _ in sheet.fields)
    yield waiting.question
    yield f"In {sheet.place}, signed in as {waiting.matter.principal}."
    yield ""
    for name, value in sheet.fields:
        first, *rest = value.replace("\r\n", "\n").split("\n") if value else ["-"]
        yield f"  {name:{wide}}  {first}"
        yield from (f"  {'':{wide}}  {line}" for line in rest)
    for words, rows in sheet.goes:
        yield f"\nWith it {'goes' if len(rows) == 1 else 'go'} {words}:"
        yield from (f"  {quoted(name, most=None)} ({id})" for name, id in rows)
    if sheet.does != "delete":
        yield ""
        return
    if not sheet.again:
        yield "\nNothing brings it back.\n"
        return
    yield "\nUndo can make a new one from the journal, under a new id, and without:"
    yield from (f"  {each}" for each in sheet.lost)
    yield ""


def _listed(question: str) -> str:
    """Return a question on one line."""
    return question if len(question) <= LISTED else f"{question[:LISTED]}… ({len(question):,} characters)"


def _plain(waiting: PendingQuestion) -> dict[str, object]:
    facts = asdict(waiting)
    return {name: facts[name] for name in ("code", "asked", "expires", "question", "matter")}


def _age(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"


def _failed(text: str) -> int:
    click.echo(text, err=True)
    return 1
