"""The web pages that answer where the API does not (harvest-v1 2, 4, 6.2)."""

from harvest_mcp.sandbox.asgi import Answer

PAGE = "text/html; charset=utf-8"


def _page(title: str, words: str) -> bytes:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="stylesheet" href="/site.css"></head>\n<body>\n<h1>{title}</h1>\n{words}\n</body>\n</html>\n'
    ).encode()


SIGN_IN = Answer(
    200,
    body=_page(
        "Sign in to Kestrel Studio",
        '<form action="/account/create_session" method="post"><input name="email"><input name="password" '
        'type="password"><br><input type="submit" value="Sign in"></form>',
    ),
    content_type=PAGE,
)
NO_SUCH_PAGE = Answer(404, body=_page("Can't find page", "<p>It may have moved.<br>Try again.</p>"), content_type=PAGE)
WENT_WRONG = _page("Something went wrong", "<p>We have been told.<br>Please try again in a moment.</p>")
