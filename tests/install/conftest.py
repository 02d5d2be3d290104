"""The account over a socket and the keyring in a file that the tests of secrets have."""

from tests.secrets.conftest import account, keyring_file, login, url

__all__ = ["account", "keyring_file", "login", "url"]
