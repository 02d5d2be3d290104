"""HTML of the pages at the public address: the frame of the approval page, and plain forms."""

from collections.abc import Sequence

from harvest_mcp.approval.markup import STYLE_HASH, document, plain_page, safe
from harvest_mcp.gateway.finding import TokenAccount

__all__ = ["STYLE_HASH", "choice", "connect", "connected", "nothing_for", "nothing_here", "wrong"]


def connect(  # noqa: PLR0913 - what a page says
    *,
    title: str,
    host: str,
    name: str,
    token: str,
    by_token: bool,
    agree: bool,
    made: str,
    told: str,
    again: str,
    at: str,
) -> str:
    """Return the page that connects an account: by consent at the vendor, a token, or a login."""
    problem = f'<section class="stakes" role="alert"><p>{safe(told)}</p></section>' if told else ""
    hidden = f'<input type="hidden" name="token" value="{safe(token)}">'
    ways = _token(title, made, hidden, apart=agree) if by_token else _login(title, hidden)
    main = f"""
<p class="lead">For {safe(name)}, and nobody else</p>
<h1>Connect your {safe(title)} account</h1>
<p class="where">at {safe(host)}</p>
{problem}
<section><h2>What this allows</h2>
<p>Assistants that you sign in to this server read your {safe(title)} account with your rights there, and change it
 where you allowed them to change things. What is deleted is asked of you first.</p>
<p>What you give is kept sealed on this server, for your calls only. No assistant gets to see it.</p></section>
{_agree(title, hidden) if agree else ""}{ways}
<p class="other">Signed in as {safe(name)}. <a href="{safe(again)}?anew">Sign in as somebody else</a></p>"""
    return document(f"Connect your {title} account", main, at=at)


def _agree(title: str, hidden: str) -> str:
    return f"""<form method="post" class="give">{hidden}<input type="hidden" name="way" value="agree">
<button class="decline">Go on to {safe(title)}</button>
<p>You agree there, and come back here.</p></form>
"""


def _token(title: str, made: str, hidden: str, *, apart: bool) -> str:
    form = f"""<form method="post" class="give">{hidden}<input type="hidden" name="way" value="token">
<label for="secret">Access token, made at <a href="https://{safe(made)}" rel="noreferrer">{safe(made)}</a></label>
<input id="secret" name="secret" type="password" required autocomplete="off" spellcheck="false">
<button class="{"approve" if apart else "decline"}">Connect with a token</button></form>"""
    return f"<details><summary>Use a token of {safe(title)} instead</summary>{form}</details>" if apart else form


def _login(title: str, hidden: str) -> str:
    return f"""<form method="post" class="give">{hidden}<input type="hidden" name="way" value="login">
<label for="login">Who you are at {safe(title)}</label>
<input id="login" name="login" required autocomplete="off" spellcheck="false">
<label for="secret">Password</label>
<input id="secret" name="secret" type="password" required autocomplete="off">
<button class="decline">Connect</button></form>"""


def choice(*, title: str, accounts: Sequence[TokenAccount], kept: str, token: str, to: str, at: str) -> str:
    """Return the page that asks which of a token's accounts is meant.

    `kept` is where the token waits, `to` where the answer goes.
    """
    rows = "".join(
        f'<p><button name="number" value="{safe(each.number)}" class="approve">{safe(each.name or each.number)}'
        f" <span>{safe(each.number)}</span></button></p>"
        for each in accounts
    )
    main = f"""
<h1>Which account?</h1>
<p class="where">You may work in {len(accounts)} accounts of {safe(title)}. One of them is connected.</p>
<form method="post" action="{safe(to)}" class="give"><input type="hidden" name="token" value="{safe(token)}">
<input type="hidden" name="way" value="choice"><input type="hidden" name="kept" value="{safe(kept)}">{rows}</form>"""
    return document("Which account?", main, at=at)


def connected(title: str, who: str, *, at: str) -> str:
    """Return the page after success."""
    return plain_page(
        "Connected",
        f"Your assistants now work in {safe(title)} as {safe(who)}.",
        "Go back to the conversation and ask again. You can close this page.",
        mood="yes",
        at=at,
    )


def wrong(heading: str, why: str, *, at: str) -> str:
    """Return the page for a failure without effect."""
    return plain_page(heading, safe(why), "Open the link of the conversation again.", mood="no", at=at)


def nothing_for(name: str, *, to: str, at: str) -> str:
    """Return the page for an unknown link and for somebody else's; the same, so that it tells nothing."""
    return plain_page(
        "Nothing here for you",
        f"You are signed in as {safe(name)}. This link was used, is too old, or is for somebody else.",
        f'<a href="{safe(to)}?anew">Sign in as somebody else</a>, or ask in the conversation for a new link.',
        at=at,
    )


def nothing_here(*, at: str) -> str:
    """Return the page for a request that no link of ours makes."""
    return plain_page(
        "Nothing here",
        "Open the whole link of the conversation, in a browser. One that was used or is too old opens nothing.",
        at=at,
    )
