"""The icon that clients show for the server; small, since every answer may carry it."""

from base64 import b64encode

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#26734d"/>'
    b'<g fill="none" stroke="#fff" stroke-width="1.5" stroke-linecap="round"><circle cx="8" cy="8" r="5"/>'
    b'<path d="M8 5v3l2 2"/></g></svg>'
)
KIND = "image/svg+xml"


def address() -> str:
    """Return the icon as a `data:` URL."""
    return f"data:{KIND};base64,{b64encode(SVG).decode('ascii')}"
