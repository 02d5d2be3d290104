"""Harvest's web pages, which answer requests outside the API (harvest-v1 2, 4, 6.2)."""

from harvest_mcp.sandbox.asgi import HttpAnswer
from harvest_mcp.sandbox.pages import PAGE, page

SIGN_IN = HttpAnswer(
    200,
    body=page(
        "Sign in to Kestrel Studio",
        '<form action="/account/create_session" method="post"><input name="email"><input name="password" '
        'type="password"><br><input type="submit" value="Sign in"></form>',
    ),
    content_type=PAGE,
)
NO_SUCH_PAGE = HttpAnswer(
    404, body=page("Can't find page", "<p>It may have moved.<br>Try again.</p>"), content_type=PAGE
)
