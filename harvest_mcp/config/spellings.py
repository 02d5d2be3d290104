"""Forms in which people write settings: blanks, quotes, hosts without a scheme, unfilled placeholders."""

import re
from pathlib import Path

QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`"}
LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*\.?", re.ASCII)
BARE_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}(:\d+)?(/[^\s?#@\\]*)?")
"""A host with a top-level domain and no scheme: for an account, only https can be meant."""
LOCAL = (".localhost", ".local")
"""Hosts that may use http, so that a URL must say which."""
UNFILLED = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}|%[A-Z][A-Z0-9_]*_[A-Z0-9_]+%|\$(?:HARVEST|INCWO)_[A-Z_]+")


def bare(text: str) -> str:
    """Return a text without surrounding blanks and one pair of quotes, as copying and `.env` files leave them."""
    text = text.strip()
    if len(text) >= 2 and QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    return text


def address(text: str) -> str:
    """Return an account's address, with `https://` if only a host was given."""
    text = bare(text)
    host = re.split(r"[:/]", text, maxsplit=1)[0]
    return f"https://{text}" if BARE_ADDRESS.fullmatch(text) and not host.endswith(LOCAL) else text


def subdomain(text: str, of: str) -> str:
    """Return the first part of a host below `of`, which may be given in full: `suprcorp` of
    `https://suprcorp.harvestapp.com/`."""
    text = bare(text)
    match = re.fullmatch(rf"(?:https://)?([^./:@\s]+)\.{re.escape(of)}/?", text, re.IGNORECASE)
    return match[1] if match else text


def unfilled(text: str, *, whole: bool = False) -> bool:
    """Return whether it has a placeholder that the calling program did not fill in.

    `whole`: only if there is nothing else, as in a password, which may contain anything.
    """
    return bool(UNFILLED.fullmatch(text.strip()) if whole else UNFILLED.search(text))


def is_host(host: str) -> bool:
    """Return whether a host can be resolved at all; a name in another script in its ASCII form."""
    if ":" in host:
        return re.fullmatch(r"[\da-fA-F:.]+", host) is not None
    if not host.isascii() or "xn--" in host.lower():
        import idna  # noqa: PLC0415 - for few

        try:
            host = idna.encode(idna.decode(host.lower().encode() if host.isascii() else host.lower())).decode()
        except (idna.IDNAError, UnicodeError):
            return False
    return len(host) <= 253 and HOST.fullmatch(host) is not None


def is_folder(path: str) -> bool:
    """Return whether a folder exists; `~` is the user's home."""
    try:
        return Path(path).expanduser().is_dir()
    except (OSError, RuntimeError):  # no such home, no right to look, a name too long
        return False
