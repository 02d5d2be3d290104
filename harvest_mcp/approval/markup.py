"""HTML of the approval pages: plain forms, one style sheet inside, every word of a record escaped."""

import base64
import hashlib
import html
import math
import re
from pathlib import Path

from harvest_mcp.consent.question import QuestionSheet, doing
from harvest_mcp.consent.store import PendingQuestion
from harvest_mcp.text.render import MARK, visible

STYLE = Path(__file__).with_name("page.css").read_text("utf-8")
STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
FEW = 6
"""The most names to show; more are collapsed into their number."""
LONGEST_TITLE = 60
HERE = "on this computer"


def question(waiting: PendingQuestion, token: str, *, now: float, at: str = HERE) -> str:
    """Return the question, with Decline first in tab order, on Enter, and in weight."""
    sheet, noun = waiting.sheet, waiting.matter.noun.replace("_", " ")
    ask = _first_up(doing(sheet.does, f"this {noun}")) + "?"
    main = f"""
<p class="lead">An assistant asks for your approval</p>
<h1 id="ask">{safe(ask)}</h1>
<p class="name" dir="auto" lang="">{safe(sheet.name) or "<span class='none'>without a name</span>"}</p>
{_apart(sheet)}<p class="where">{safe(noun.capitalize())} {waiting.matter.record or "(new)"} in {safe(sheet.place)},
 signed in as {_theirs(waiting.matter.principal)}</p>
{_stakes(sheet, noun)}
{_record(sheet)}"""
    decide = f"""
<form method="post" class="decide" aria-labelledby="ask">
<input type="hidden" name="token" value="{safe(token)}">
<div class="buttons">
<button name="answer" value="decline" class="decline" autofocus>Decline</button>
<button name="answer" value="approve" class="approve">Approve</button>
</div>
<p>Approve: {safe(doing(sheet.does, "it"))}{_along(sheet)}.
 Otherwise nothing happens. Open until {_until(waiting)}.</p>
</form>"""
    name = sheet.name if len(sheet.name) <= LONGEST_TITLE else sheet.name[: LONGEST_TITLE - 1] + "…"
    title = _first_up(doing(sheet.does, f"{noun} “{name}”")) + "?"
    refresh = math.ceil(waiting.expires - now) + 1
    return document(title, main, decide, code=waiting.code, refresh=refresh, at=at)


def _apart(sheet: QuestionSheet) -> str:
    """Return the line under the record's name that tells it from namesakes."""
    return f'<p class="where" dir="auto">{safe(sheet.apart)}</p>\n' if sheet.apart else ""


def approved(waiting: PendingQuestion, *, at: str = HERE) -> str:
    """Return the page after Approve: what it allows, and what to do now."""
    return plain_page(
        "Approved",
        f"The assistant may now {_what(waiting)}: once, before {_until(waiting)}, and only if it stays as you saw it.",
        "Go back to the conversation and say that you approved. You can close this page.",
        code=waiting.code,
        at=at,
        mood="yes",
    )


def declined(waiting: PendingQuestion, *, at: str = HERE) -> str:
    """Return the page after Decline."""
    return plain_page(
        "Declined",
        f"{safe(waiting.sheet.untouched)} The assistant was not allowed to {_what(waiting)}.",
        "You can close this page.",
        code=waiting.code,
        at=at,
        mood="no",
    )


def too_old(waiting: PendingQuestion, *, at: str = HERE) -> str:
    """Return the page of an expired question."""
    return plain_page(
        "No longer open",
        f"Nobody approved and used this question within five minutes. {safe(waiting.sheet.untouched)}",
        "If it is still wanted, ask the assistant again; it gets a new code.",
        code=waiting.code,
        at=at,
    )


def used_up(*, at: str = HERE) -> str:
    """Return the page of a question whose answer was used, or that was withdrawn."""
    return plain_page(
        "No longer open",
        "This question is closed: its answer was used, or the record changed meanwhile.",
        "The conversation says what became of it. You can close this page.",
        at=at,
    )


def nothing_here() -> str:
    """Return the page for requests that did not follow the link."""
    return plain_page(
        "Nothing here", "A question is shown here only to someone who opens its whole link, in a browser."
    )


def store_failed(why: str, *, at: str = HERE) -> str:
    """Return the page that says that the state store fails, so that nobody can approve."""
    return plain_page("Out of order", f"{safe(why)} Nothing was approved.", at=at)


def _until(waiting: PendingQuestion) -> str:
    return f'<time datetime="{waiting.until.isoformat(timespec="seconds")}">{waiting.until:%H:%M:%S}</time>'


def _stakes(sheet: QuestionSheet, noun: str) -> str:
    """Return what goes along, further notes, and what is lost."""
    groups = "".join(_group(words, rows) for words, rows in sheet.goes)
    notes = "".join(f"<p>{safe(note)}</p>" for note in sheet.notes)
    goes = f'<section class="stakes"><h2>What goes with it</h2>{groups}</section>' if groups else ""
    else_ = f'<section class="stakes"><h2>What else hangs on it</h2>{notes}</section>' if notes else ""
    if sheet.does != "delete":
        return f'<section class="stakes"><h2>What it sets off</h2>{notes}</section>'
    if not sheet.again:
        nothing = f"<p>The {safe(noun)} itself. Nothing brings it back.</p>"
        return f'{else_}<section class="stakes"><h2>What cannot be brought back</h2>{nothing}</section>'
    lost = "".join(f"<li>{safe(each)}</li>" for each in sheet.lost)
    return f"""{goes}{else_}
<section class="stakes">
<h2>What cannot be brought back</h2>
<p>The {safe(noun)} itself. Undo can make a new one from the journal, under a new id, and without:</p>
<ul>{lost}</ul>
</section>"""


def _what(waiting: PendingQuestion) -> str:
    """Return what was approved or declined, in a few words."""
    sheet, matter = waiting.sheet, waiting.matter
    named = f"{safe(matter.noun.replace('_', ' '))} “{_theirs(sheet.name)}” ({matter.record or 'new'})"
    return f"{doing(safe(sheet.does), named)}{_along(sheet)}"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _along(sheet: QuestionSheet) -> str:
    goes = ", ".join(words for words, _ in sheet.goes)
    return f" and its {safe(goes)}" if goes else ""


def _group(words: str, rows: tuple[tuple[str, int], ...]) -> str:
    items = "".join(f"<li>{_theirs(name)} <span>{id}</span></li>" for name, id in rows)
    if len(rows) <= FEW:
        return f'<p class="count">{safe(words)}</p><ul class="names">{items}</ul>'
    return (
        f'<details><summary><span class="count">{safe(words)}</span> <span class="show">show all</span></summary>'
        f'<ul class="names">{items}</ul></details>'
    )


def _record(sheet: QuestionSheet) -> str:
    rows = "".join(
        f'<div><dt>{safe(name)}</dt><dd dir="auto" lang="">{safe(value)}</dd></div>'
        for name, value in sheet.fields
        if value
    )
    empty = ", ".join(safe(name) for name, value in sheet.fields if not value)
    rest = f'<p class="empty">Empty: {empty}.</p>' if empty else ""
    return f'<section class="record"><h2>The record</h2><dl>{rows}</dl>{rest}</section>'


def plain_page(heading: str, *sentences: str, code: str = "", mood: str = "", at: str = HERE) -> str:
    """Return a page without a form; `sentences` are HTML."""
    said = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    main = f'<div class="told {mood}" role="status"><h1>{safe(heading)}</h1>{said}</div>'
    return document(heading, main, code=code, at=at)


def document(title: str, main: str, after: str = "", *, code: str = "", refresh: int = 0, at: str = HERE) -> str:
    """Return the frame of every page; `at` is this server's path. No script, no picture, nothing external."""
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    shown = f'<p class="code"><span>Code</span> <strong>{safe(code)}</strong></p>' if code else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{safe(title)} – harvest-mcp</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{again}<style>{STYLE}</style>
</head>
<body>
<header><p class="from"><strong>harvest-mcp</strong> {safe(at)}</p>{shown}</header>
<main>{main}
</main>{after}
</body>
</html>
"""


def _theirs(text: str) -> str:
    """Return a record's words within our sentence, with their own text direction and no declared language."""
    return f'<bdi lang="">{safe(text)}</bdi>'


def safe(text: str) -> str:
    """Return text as escaped HTML; invisible characters are marked."""
    return re.sub(MARK, lambda found: f"<mark>{found[0]}</mark>", html.escape(visible(text)))
