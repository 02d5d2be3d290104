"""Seal secrets with AES-GCM under a ring of keys; the row's identity is associated data, so no other row opens it."""

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harvest_mcp.errors import SettingsError

NAME = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
SIZE, NONCE = 32, 12
"""Bytes of a key, and of a nonce."""
VARIABLE = "HARVEST_MCP_VAULT_KEYS"
MADE = (
    f"Make one with `openssl rand -base64 {SIZE}`, give it a name, and name a file that holds 2026b:KEY"
    f" in {VARIABLE}_FILE."
)
Identity = tuple[str, ...]
"""What a secret is sealed for: nothing else opens it."""


class Unsealed(Exception):
    """A secret cannot be read: its key is missing, it was sealed for another row, or altered."""


class Ring:
    """Keys by name, which no repr shows; the first seals, all open."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self.first = next(iter(keys))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the ring in a text such as `2026b:BASE64 2026a:BASE64`, the newest key first.

        Raises:
            SettingsError: it is invalid; nothing of it is quoted.
        """
        keys = dict[str, bytes]()
        for each in filter(None, re.split(r"[,\s]+", text)):
            name, _, key = each.partition(":")
            if not NAME.fullmatch(name) or name in keys or (found := _key(key)) is None:
                raise SettingsError(
                    f"{VARIABLE} holds what is no key of {SIZE} bytes under a name of its own.", next=MADE
                )
            keys[name] = found
        if not keys:
            raise SettingsError(f"{VARIABLE} holds no key.", next=MADE)
        return cls(keys)

    def seal(self, identity: Identity, secret: Mapping[str, Any]) -> str:
        """Return a secret sealed so that only `open` with the same identity reads it."""
        nonce = os.urandom(NONCE)
        sealed = self._keys[self.first].encrypt(nonce, json.dumps(secret).encode(), _told(identity))
        return f"{self.first}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, identity: Identity, sealed: str) -> Mapping[str, Any]:
        """Return what was sealed.

        Raises:
            Unsealed: it cannot be read.
        """
        name, _, body = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(body)
            opened = self._keys[name].decrypt(raw[:NONCE], raw[NONCE:], _told(identity))
            found: Mapping[str, Any] = json.loads(opened)
        except (KeyError, ValueError, InvalidTag):
            raise Unsealed from None
        return found


def key_of(sealed: str) -> str:
    """Return the name of the key something was sealed with."""
    return sealed.partition(".")[0]


def _told(identity: Identity) -> bytes:
    return json.dumps(["harvest-mcp", *identity], separators=(",", ":")).encode(errors="surrogatepass")


def _key(text: str) -> bytes | None:
    try:
        found = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return None
    return found if len(found) == SIZE else None
