"""Settings for pages that people sign in to with a browser, and for the vault."""

from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from harvest_mcp.config.secret import Secret
from harvest_mcp.config.secret_files import FromFiles
from harvest_mcp.errors import SettingsError

SECRETS = ("client_secret", "vault_keys", "vendor_client_secret")
"""Secrets, which no flag may carry."""


def setting(variable: str, says: str, *, example: str, default: Any = None) -> Any:
    """Return a setting of serving over HTTP, by its variable."""
    return Field(default, validation_alias=f"HARVEST_MCP_{variable}", description=says, examples=[example])


class PageSettings(BaseSettings):
    """How browsers sign in, and what seals and connects people's own accounts."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    client_id: str | None = setting(
        "CLIENT_ID",
        "who the pages are at the provider: a client with PKCE, back at /signed-in",
        example="harvest-pages",
    )
    client_secret: Secret | None = setting("CLIENT_SECRET", "its secret, if it has one", example="…")
    vault_keys: Secret | None = setting(
        "VAULT_KEYS", "keys that seal what people connect, the newest first", example="2026b:BASE64 2026a:BASE64"
    )
    vendor_client_id: str | None = setting(
        "VENDOR_CLIENT_ID", "your program at id.getharvest.com/oauth2/clients, back at /connected", example="…"
    )
    vendor_client_secret: Secret | None = setting("VENDOR_CLIENT_SECRET", "its secret", example="…")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Any, env_settings: Any, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FromFiles(settings_cls, secret=SECRETS))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything in here that must never be shown; a ring's keys one by one."""
        ring = (self.vault_keys.reveal() if self.vault_keys else "").replace(",", " ").split()
        keys = [Secret(each.partition(":")[2]) for each in ring]
        return tuple(each for each in (self.client_secret, self.vendor_client_secret, *keys) if each)


def pages_consistent(settings: PageSettings, *, signs_in: bool, own: bool) -> None:
    """Check that the pages have what they need; `own`: people work in accounts of their own.

    Raises:
        SettingsError: naming the flag or variable to give.
    """
    if own and not signs_in:
        raise SettingsError(
            "With --account own everybody works in their own account, and nobody signs in.",
            next="Name the OpenID provider: --issuer https://id.example.",
        )
    if settings.client_secret and not settings.client_id:
        raise SettingsError("HARVEST_MCP_CLIENT_SECRET is set without whose it is.", next="Give --client-id too.")
    if settings.client_id and not signs_in:
        raise SettingsError(
            "--client-id is for pages that people sign in to, and nobody signs in.", next="Leave it out."
        )
    if bool(settings.vendor_client_id) != bool(settings.vendor_client_secret):
        raise SettingsError(
            "HARVEST_MCP_VENDOR_CLIENT_ID and HARVEST_MCP_VENDOR_CLIENT_SECRET go together; one of them is not set."
        )
    if not own:
        if settings.vendor_client_id or settings.vault_keys:
            raise SettingsError(
                "A vault is set up, and all who sign in work in one account.", next="Say --account own, or unset it."
            )
        return
    if not settings.client_id:
        raise SettingsError(
            "With --account own people connect their accounts on a page, where they sign in as they do in assistants.",
            next="Register a client at the provider, back at /signed-in, and give its id: --client-id harvest-pages.",
        )
    if not settings.vault_keys:
        raise SettingsError(
            "With --account own the credentials of people are sealed, and there is no key.",
            next="Make one: `echo 2026a:$(openssl rand -base64 32) > vault-keys && chmod 600 vault-keys`, and set"
            " HARVEST_MCP_VAULT_KEYS_FILE=vault-keys. Keep a copy of it elsewhere.",
        )
