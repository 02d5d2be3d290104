"""The only module that uses the operating system's keyring: for missing passwords, and to sign in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar

from harvest_mcp.config.secret import Secret
from harvest_mcp.errors import SettingsError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
Kind = Literal["password", "token"]
KINDS: tuple[Kind, ...] = ("password", "token")

INSTEAD = "Or keep the password in a file that only you can read: HARVEST_PASSWORD_FILE=~/.harvest-password."


class NoKeyring(SettingsError):
    """This machine has no keyring, or the package for it is missing."""


def service(address: str, email: str) -> str:
    """Return the name under which the keyring lists it."""
    return f"harvest-mcp {address.rstrip('/').lower()} {email.lower()}"


def find(address: str, email: str, kind: Kind) -> Secret | None:
    """Return what is stored for this account; None also without a keyring.

    Raises:
        SettingsError: there is a keyring, and it does not answer.
    """
    try:
        keyring = opened()
    except NoKeyring:
        return None
    found = _asked("read", lambda: Secret(keyring.get_password(service(address, email), kind) or ""))
    return found or None


def keep(address: str, email: str, kind: Kind, secret: Secret) -> str:
    """Store it, and read it back; return the keyring's name.

    Raises:
        SettingsError: there is no keyring, or it did not take it.
    """
    keyring = opened()
    _asked("written", lambda: keyring.set_password(service(address, email), kind, secret.reveal()))
    if find(address, email, kind) != secret:
        raise SettingsError(f"The keyring ({keyring.name}) does not keep what it is given.", next=INSTEAD)
    return str(keyring.name)


def remove(address: str, email: str, kind: Kind) -> bool:
    """Delete it; return False if it was not there.

    Raises:
        SettingsError: there is no keyring, or it refused.
    """
    keyring = opened()
    if find(address, email, kind) is None:
        return False
    _asked("changed", lambda: keyring.delete_password(service(address, email), kind))
    return True


def opened() -> "KeyringBackend":
    """Return this system's keyring.

    Raises:
        NoKeyring: with what to do about it.
    """
    try:
        from keyring import get_keyring  # noqa: PLC0415 - not at start, and it may not be there
        from keyring.backends import fail, null  # noqa: PLC0415 - same
    except ImportError:
        raise NoKeyring(
            "The package keyring is not installed.",
            next=f"Install harvest-mcp with it, pip install '.[keyring]' in its folder. {INSTEAD}",
        ) from None
    try:
        keyring = get_keyring()
    except Exception as error:  # a third-party keyring may raise anything
        raise NoKeyring(
            f"The keyring that is configured cannot be used ({type(error).__name__}).",
            next=f"`python -m keyring diagnose` tells more. {INSTEAD}",
        ) from None
    if isinstance(keyring, (fail.Keyring, null.Keyring)):
        raise NoKeyring(
            "This system offers no keyring.",
            next=f"On Linux it takes a desktop session with GNOME Keyring or KWallet. {INSTEAD}",
        )
    return keyring


def _asked(done: str, work: Callable[[], T]) -> T:
    """Return the result of a keyring call; of an error only its type is shown, as its message may contain anything."""
    try:
        return work()
    except Exception as error:
        kind = type(error).__name__
    # Out here it does not hold on to the keyring's own.
    raise SettingsError(f"The keyring could not be {done} ({kind}).", next=f"Unlock it and try again. {INSTEAD}")
