"""The only login (incwo 2), and the account's number."""

from harvest_mcp.sandbox.credentials import Credentials

TENANT = 123456
USER = 31

INCWO_LOGIN = Credentials(email="api@atelier-sureau.example", password="sandbox-é")  # noqa: S106 - a made-up account
