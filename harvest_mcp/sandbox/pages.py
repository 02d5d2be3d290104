"""Web pages that answer requests outside the API."""

PAGE = "text/html; charset=utf-8"


def page(title: str, words: str) -> bytes:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="stylesheet" href="/site.css"></head>\n<body>\n<h1>{title}</h1>\n{words}\n</body>\n</html>\n'
    ).encode()


WENT_WRONG = page("Something went wrong", "<p>We have been told.<br>Please try again in a moment.</p>")
