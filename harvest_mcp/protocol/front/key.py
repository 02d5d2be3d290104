"""A key for everything that shapes the lists of a start, found without reading the settings; None if that is not
enough.

Two starts of one key offer the same, provided the first one's settings were valid. So whatever could make settings
invalid is part of the key, or is checked here: the files that variables name, and whether a secret is plausible. Of a
secret the key only has that it is set. Whether a keyring still holds its secret cannot be checked quickly; a start that
finds it empty deletes its ready file.
"""

import os
import sys
from _blake2 import blake2b
from _collections_abc import Iterable, Mapping, Sequence

from harvest_mcp import __version__

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHAPING = ("harvest_mcp", "mcp", "mcp_types", "pydantic", "pydantic_core", "pydantic_settings", "typing_extensions")
"""Distributions whose versions are part of the key."""
SWITCHES = ("--read-only", "--sandbox")
FLAGS = (
    *("--toolsets", "--tools", "--exclude-tools", "--system", "--api", "--confirm"),
    *("--keep-days", "--max-answer-mb", "--contact", "--log-level"),
)
"""Options whose value is all that matters."""
SECRETS = ("HARVEST_PASSWORD", "HARVEST_ACCESS_TOKEN", "INCWO_PASSWORD")
STATE, FOLDERS, EXPORTS = "HARVEST_MCP_STATE", "HARVEST_MCP_RECEIPT_FOLDERS", "HARVEST_MCP_EXPORT_FOLDER"
VALUES = (
    *("HARVEST_URL", "HARVEST_SUBDOMAIN", "HARVEST_EMAIL", "HARVEST_ACCOUNT_ID", "HARVEST_API_URL", "HARVEST_API"),
    *("INCWO_URL", "INCWO_LOGIN", "INCWO_MAX_PAGES"),
    *("HARVEST_MCP_SYSTEM", "HARVEST_MCP_TOOLSETS", "HARVEST_MCP_TOOLS", "HARVEST_MCP_EXCLUDE_TOOLS"),
    *("HARVEST_MCP_READ_ONLY", "HARVEST_MCP_CONFIRM", "HARVEST_MCP_KEEP_DAYS", "HARVEST_MCP_MAX_ANSWER_MB"),
    *("HARVEST_MCP_CONTACT", "HARVEST_MCP_LOG_LEVEL", STATE, FOLDERS, EXPORTS),
)
"""Settings that are not secrets."""
OWN = ("HARVEST_MCP_", "INCWO_")
"""The prefix of this server's own variables; any other with it is for HTTP, or misspelt."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
TRUST = {"SSL_CERT_FILE": os.path.isfile, "SSL_CERT_DIR": os.path.isdir}
BESIDE = (*PROXIES, *TRUST, "REQUEST_METHOD", "PYTHON_KEYRING_BACKEND", "HOME", "USERPROFILE")
ODD = "${%\"'“‘`"
"""First characters of a secret that may be a placeholder or a quote, which takes more than a quick look."""
MOST_IN_A_FILE = 64 * 1024


def digest(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return the key of a start as a short name; None if a quick look is not enough."""
    text = of(arguments, environment)
    try:
        return text and name("\n".join([text, *installed()]))
    except OSError:  # the package is not in a folder, or is being replaced
        return None


def name(text: str) -> str:
    """Return a short digest of a text."""
    return fingerprint(text.encode())


def fingerprint(content: bytes) -> str:
    """Return a digest of this content."""
    return blake2b(content, digest_size=20).hexdigest()


def of(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return the text of a start's arguments and variables."""
    lines = []
    try:
        if not _plain(arguments) or ("--sandbox" in arguments and not _room(environment)):
            return None
        for variable, value in sorted(environment.items()):
            said = _said(variable, value)
            if said is None:
                return None
            lines += [f"{variable}={said}"] if said else []
        text = "\n".join([*map(repr, arguments), *lines])
        text.encode()
    except (OSError, ValueError):  # not a valid file name, or not text
        return None
    return text if os.name == "nt" or environment.get("HOME", "").startswith("/") else None


def _plain(arguments: Sequence[str]) -> bool:
    """Return whether these arguments consist of options with their values."""
    words = iter(arguments)
    for word in words:
        if word in FLAGS:
            if next(words, None) is None:
                return False
        elif word not in SWITCHES and not ("=" in word and word.partition("=")[0] in FLAGS):
            return False
    return True


def _room(environment: Mapping[str, str]) -> bool:
    """Return whether the temporary folder that is named can be written to."""
    named = next(filter(None, map(environment.get, ("TMPDIR", "TEMP", "TMP"))), None)
    return named is None or (os.path.isdir(named) and os.access(named, os.W_OK | os.X_OK))


def _said(variable: str, value: str) -> str | None:
    """Return what of a variable shapes the lists, empty for nothing; None if a quick look is not enough."""
    if variable.upper().startswith(("HARVEST_", "INCWO_")):
        return _setting(variable, value) if variable == variable.upper() else None
    if variable.upper() in PROXIES and ("@" in value or value.lower().lstrip().startswith("socks")):
        return None  # it may contain a password, or need a package
    if value and variable in TRUST and not TRUST[variable](value):
        return None
    return f" {value}" if variable.upper() in BESIDE else ""


def _setting(variable: str, value: str) -> str | None:
    file = variable.removesuffix("_FILE") if variable.endswith("_FILE") else ""
    if not {variable, file} & {*SECRETS, *VALUES}:
        return None if variable.startswith(OWN) else ""
    if not value:
        return " "
    if variable in SECRETS:
        return "set" if _secret(value) else None
    if file in SECRETS:
        return f" {value}" if _secret(_content(value)) else None
    if file in VALUES:
        return None
    if variable == STATE and ("://" in value or "password" in value.lower() or value.startswith("~")):
        return None
    if variable in (FOLDERS, EXPORTS) and not all(os.path.isdir(each) for each in value.split(os.pathsep)):
        return None
    return f" {value}"


def _secret(text: str) -> bool:
    """Return whether a secret is taken as it stands."""
    return text.isprintable() and text == text.strip() and text[:1] not in ODD


def _content(path: str) -> str:
    """Return the content of a secret's file; empty if it is not clearly the user's own."""
    number = os.open(os.path.expanduser(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        found = os.fstat(number)
        if found.st_mode & 0o170000 != 0o100000 or not 0 < found.st_size < MOST_IN_A_FILE:
            return ""
        if hasattr(os, "geteuid") and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
            return ""
        return os.read(number, MOST_IN_A_FILE).decode().rstrip("\r\n")
    finally:
        os.close(number)


def installed() -> list[str]:
    """Return the installed versions with their times, and those files of this package that could have been changed."""
    found = [f"{sys.version} -{'O' * sys.flags.optimize}", __version__]
    for folder in sys.path:
        found += [f"{each} {os.stat(os.path.join(folder, each)).st_mtime_ns}" for each in distributions(folder)]
    prompts = os.path.join(PACKAGE, "prompts")
    beside = () if os.path.isdir(prompts) else (os.path.join(os.path.dirname(PACKAGE), "prompts"),)
    return found + sorted(line for folder in (PACKAGE, *beside) for line in _files(folder))


def distributions(folder: str) -> list[str]:
    """Return which of the relevant distributions are installed in a folder: `mcp-2.3.0.dist-info`."""
    try:
        return sorted(
            each for each in os.listdir(folder) if each.endswith(".dist-info") and each.partition("-")[0] in SHAPING
        )
    except OSError:
        return []


def _files(folder: str) -> Iterable[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".md", ".html")):
                found = entry.stat()
                yield f"{entry.path} {found.st_mtime_ns} {found.st_size}"
            elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                yield from _files(entry.path)
