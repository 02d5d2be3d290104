"""One frozen Settings, read once: flags, then the environment, then files named by *_FILE variables."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from harvest_mcp.errors import SettingsError
from harvest_mcp.tools.confirm import Policy

Names = Annotated[tuple[str, ...], NoDecode]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
MOST_IN_A_FILE = 64 * 1024


def _setting(variable: str, says: str, *, example: str, default: Any = None) -> Any:
    return Field(default, validation_alias=variable, description=says, examples=[example])


class Settings(BaseSettings):
    """Everything an operator can set. `sources` tells where each value came from; secrets never show in a repr."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    url: str | None = _setting("HARVEST_URL", "address of the account", example="https://suprcorp.harvestapp.com")
    subdomain: str | None = _setting("HARVEST_SUBDOMAIN", "or only its first part", example="suprcorp")
    email: str | None = _setting("HARVEST_EMAIL", "who signs in", example="you@example.com")
    password: SecretStr | None = _setting("HARVEST_PASSWORD", "their password", example="…")
    access_token: SecretStr | None = _setting(
        "HARVEST_ACCESS_TOKEN", "an OAuth token, instead of e-mail and password", example="…"
    )
    toolsets: Names = _setting(
        "HARVEST_MCP_TOOLSETS", "groups of tools to offer: account, crm, or all", example="account,crm", default=()
    )
    tools: Names = _setting("HARVEST_MCP_TOOLS", "single tools to add", example="toggle_client", default=())
    exclude_tools: Names = _setting(
        "HARVEST_MCP_EXCLUDE_TOOLS", "single tools to leave out", example="delete_client", default=()
    )
    read_only: bool = _setting("HARVEST_MCP_READ_ONLY", "offer only tools that read", example="true", default=False)
    confirm: Policy = _setting(
        "HARVEST_MCP_CONFIRM", "how a delete is confirmed: ask, token or strict", example="strict", default="ask"
    )
    max_answer_mb: int = _setting(
        "HARVEST_MCP_MAX_ANSWER_MB",
        "largest answer of the vendor that is read, in MiB, 12 at most",
        example="4",
        default=12,
    )
    log_level: LogLevel = _setting(
        "HARVEST_MCP_LOG_LEVEL", "what goes to stderr: DEBUG, INFO, WARNING or ERROR", example="INFO", default="WARNING"
    )

    @field_validator("toolsets", "tools", "exclude_tools", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(filter(None, re.split(r"[,\s]+", value))) if isinstance(value, str) else value

    @field_validator("log_level", "confirm", mode="before")
    @classmethod
    def _cased(cls, value: object, info: Any) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if info.field_name == "log_level" else value.lower()

    @field_validator("max_answer_mb")
    @classmethod
    def _bounded(cls, value: int) -> int:
        if not 1 <= value <= 12:
            raise ValueError("1 to 12")
        return value

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Any, env_settings: Any, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FromFiles(settings_cls))

    @property
    def address(self) -> str | None:
        """The account's address, from either setting."""
        return self.url or (self.subdomain and f"https://{self.subdomain}.harvestapp.com")


class FromFiles(PydanticBaseSettingsSource):
    """Values out of the files that `HARVEST_PASSWORD_FILE` and its like name."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = str(field.validation_alias)
        path = os.environ.get(f"{variable}_FILE")
        return (_content(f"{variable}_FILE", path) if path else None), variable, False

    def __call__(self) -> dict[str, Any]:
        values = {}
        for name, field in self.settings_cls.model_fields.items():
            value, variable, _ = self.get_field_value(field, name)
            if value is not None:
                values[variable] = value
        return values


def _content(variable: str, path: str) -> str:
    try:
        with Path(path).expanduser().open("rb") as file:
            text = file.read(MOST_IN_A_FILE + 1).decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise SettingsError(f"{variable} names a file that cannot be read ({error.strerror}): {path}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{variable} names a file that is not UTF-8 text: {path}") from None
    if not text or len(text) > MOST_IN_A_FILE:
        raise SettingsError(f"{variable} names a file that is empty or far too long: {path}")
    return text


def read(flags: Mapping[str, object]) -> Settings:
    """The settings as flags, environment and files give them.

    Raises:
        SettingsError: a value is wrong, contradicts another, or belongs to no setting; it names the variable.
    """
    _known_names()
    given = {name: value for name, value in flags.items() if value not in (None, (), False)}
    by_alias: dict[str, Any] = {
        str(Settings.model_fields[name].validation_alias): value for name, value in given.items()
    }
    try:
        settings = Settings(**by_alias)
    except ValidationError as error:
        variable = str(error.errors(include_input=False)[0]["loc"][0])
        raise SettingsError(f"{variable} has a value that does not fit.", next=_example(variable)) from None
    _consistent(settings)
    return settings


def sources(settings: Settings, flags: Mapping[str, object]) -> dict[str, str]:
    """Where each value came from, by variable: a flag, the environment, a file, the default."""
    found = {}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias)
        if flags.get(name) not in (None, (), False):
            found[variable] = f"--{name.replace('_', '-')}"
        elif os.environ.get(variable):
            found[variable] = "environment"
        elif os.environ.get(f"{variable}_FILE"):
            found[variable] = f"{variable}_FILE"
        else:
            found[variable] = "default" if getattr(settings, name) not in (None, ()) else "not set"
    return found


def variables() -> list[str]:
    return [str(field.validation_alias) for field in Settings.model_fields.values()]


def _example(variable: str) -> str:
    field = next(field for field in Settings.model_fields.values() if field.validation_alias == variable)
    return f"It is the {field.description}; for example {variable}={(field.examples or [''])[0]}."


def _known_names() -> None:
    """A misspelt HARVEST_MCP_ variable stops the start: HARVEST_MCP_READONLY would protect nothing."""
    known = variables()
    for name in os.environ:
        if name.startswith("HARVEST_MCP_") and name.removesuffix("_FILE") not in known:
            ours = ", ".join(each for each in known if each.startswith("HARVEST_MCP_"))
            raise SettingsError(f"{name} is no setting of this server.", next=f"Known: {ours}.")
    for variable in known:
        if os.environ.get(variable) and os.environ.get(f"{variable}_FILE"):
            raise SettingsError(f"{variable} and {variable}_FILE are both set; keep one of them.")


def _consistent(settings: Settings) -> None:
    if settings.url and settings.subdomain:
        raise SettingsError(
            "HARVEST_URL and HARVEST_SUBDOMAIN are both set; keep one, for example HARVEST_SUBDOMAIN=suprcorp."
        )
    if settings.subdomain and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", settings.subdomain) is None:
        raise SettingsError("HARVEST_SUBDOMAIN is not the first part of an address; for example suprcorp.")
    if settings.url:
        _address(settings.url)
    if settings.access_token and (settings.email or settings.password):
        raise SettingsError("HARVEST_ACCESS_TOKEN and HARVEST_EMAIL or HARVEST_PASSWORD are both set; keep one way.")
    for variable, value in (
        ("HARVEST_EMAIL", settings.email),
        ("HARVEST_PASSWORD", settings.password and settings.password.get_secret_value()),
        ("HARVEST_ACCESS_TOKEN", settings.access_token and settings.access_token.get_secret_value()),
    ):
        if value and not value.isprintable():
            raise SettingsError(f"{variable} holds a line break or another control character; set it without.")
    if settings.email and ":" in settings.email:
        raise SettingsError("HARVEST_EMAIL holds a colon, which HTTP Basic cannot carry; for example you@example.com.")


def _address(url: str) -> None:
    example = "for example HARVEST_URL=https://suprcorp.harvestapp.com."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"HARVEST_URL is not an address; {example}") from None
    if parts.username is not None or parts.password is not None:
        raise SettingsError("HARVEST_URL holds credentials; set HARVEST_EMAIL and HARVEST_PASSWORD instead.")
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\s\\]", url):
        raise SettingsError(f"HARVEST_URL is not an address; {example}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise SettingsError(f"HARVEST_URL holds more than the host; {example}")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise SettingsError(f"HARVEST_URL must start with https:// unless it is this machine; {example}")


def account_ready(settings: Settings) -> None:
    """Check that an account and a way to sign in are set.

    Raises:
        SettingsError: naming what is missing, with an example.
    """
    if not settings.address:
        raise SettingsError(
            "HARVEST_URL is not set; for example HARVEST_URL=https://suprcorp.harvestapp.com,"
            " or start with --sandbox to try without an account."
        )
    if settings.access_token:
        return
    if not settings.email:
        raise SettingsError("HARVEST_EMAIL is not set; for example HARVEST_EMAIL=you@example.com.")
    if not settings.password:
        raise SettingsError("HARVEST_PASSWORD is not set; for example HARVEST_PASSWORD_FILE=~/.harvest-password.")
