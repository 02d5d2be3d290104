"""The frozen Settings, read once: from flags, the environment, files that *_FILE variables name, and the keyring."""

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from harvest_mcp.config import choosing, spellings, state_location
from harvest_mcp.config.credentials import PAGES, SigningIn
from harvest_mcp.config.http_names import HTTP
from harvest_mcp.config.secret import Secret, StatePlace
from harvest_mcp.config.secret_files import FromFiles
from harvest_mcp.consent.policy import Policy
from harvest_mcp.errors import SettingsError
from harvest_mcp.integrations import INTEGRATIONS

Names = Annotated[tuple[str, ...], NoDecode]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
OURS = ("HARVEST_MCP_", *filter(None, (each.variables.prefix for each in INTEGRATIONS.values())))
"""The prefix of this server's variables; HARVEST_ alone may be another program's."""
FORMS = {"api": "v1|v2", "account_id": r"\d{1,15}", "contact": r"[!-'*-~][ -'*-~]{1,198}[!-'*-~]"}
"""Patterns of settings; a contact goes into a header's comment, so it has no brackets."""
SECRETS = ("password", "access_token", "incwo_password", "state")
"""Secrets; the URL of a state store may have a password."""


def _setting(variable: str, says: str, *, example: str, default: Any = None) -> Any:
    return Field(default, validation_alias=variable, description=says, examples=[example])


class Settings(BaseSettings):
    """Everything an operator can set. `sources` tells where each value came from; secrets never show in a repr."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    url: str | None = _setting("HARVEST_URL", "address of the account", example="https://suprcorp.harvestapp.com")
    subdomain: str | None = _setting("HARVEST_SUBDOMAIN", "or only its first part", example="suprcorp")
    email: str | None = _setting("HARVEST_EMAIL", "who signs in", example="you@example.com")
    password: Secret | None = _setting("HARVEST_PASSWORD", "their password", example="…")
    access_token: Secret | None = _setting(
        "HARVEST_ACCESS_TOKEN", "a personal access token, or an OAuth token of v1 beside HARVEST_URL", example="…"
    )
    account_id: str | None = _setting(
        "HARVEST_ACCOUNT_ID", "number of the account, over v2; the token's only one unless given", example="123456"
    )
    api_url: str | None = _setting("HARVEST_API_URL", "where else v2 is asked", example="http://127.0.0.1:8101/v2")
    api: str | None = _setting("HARVEST_API", "which API, v1 or v2, where what is set fits both", example="v2")
    incwo_url: str | None = _setting(
        "INCWO_URL", "address of the account, with its number", example="https://www.incwo.com/123456"
    )
    incwo_login: str | None = _setting("INCWO_LOGIN", "who signs in", example="you@example.com")
    incwo_password: Secret | None = _setting("INCWO_PASSWORD", "their password", example="…")
    incwo_max_pages: int = _setting(
        "INCWO_MAX_PAGES", "pages of a list read for one call, 1 to 1000", example="200", default=50
    )
    system: str | None = _setting(
        "HARVEST_MCP_SYSTEM",
        "choice of systems: harvest, incwo or both; those that are set up unless given",
        example="incwo",
    )
    toolsets: Names = _setting(
        "HARVEST_MCP_TOOLSETS",
        "groups of tools to offer instead of the default ones; default stands for those, all for every one",
        example="default,reports",
        default=(),
    )
    tools: Names = _setting("HARVEST_MCP_TOOLS", "single tools to add", example="toggle_client", default=())
    exclude_tools: Names = _setting(
        "HARVEST_MCP_EXCLUDE_TOOLS", "single tools to leave out", example="delete_client", default=()
    )
    read_only: bool = _setting("HARVEST_MCP_READ_ONLY", "offer only tools that read", example="true", default=False)
    confirm: Policy = _setting(
        "HARVEST_MCP_CONFIRM", "how a delete is confirmed: ask, page, token or strict", example="strict", default="ask"
    )
    state: StatePlace | None = _setting(
        "HARVEST_MCP_STATE",
        "where the change journal is kept: a file, or postgresql://… for several machines",
        example="~/harvest-state.db",
    )
    keep_days: int = _setting(
        "HARVEST_MCP_KEEP_DAYS", "days the change journal goes back, 1 to 3650", example="30", default=90
    )
    max_answer_mb: int = _setting(
        "HARVEST_MCP_MAX_ANSWER_MB",
        "largest answer of the vendor that is read, in MiB, 12 at most",
        example="4",
        default=12,
    )
    contact: str | None = _setting(
        "HARVEST_MCP_CONTACT",
        "contact for the vendor, an e-mail address or a link, sent with each call",
        example="you@example.com",
    )
    receipt_folders: Names = _setting(
        "HARVEST_MCP_RECEIPT_FOLDERS",
        f"folders that receipts may be read from, with {os.pathsep} between them; none unless given",
        example="~/receipts",
        default=(),
    )
    export_folder: str | None = _setting(
        "HARVEST_MCP_EXPORT_FOLDER",
        "folder that exports are written to, of any size; unless given they go with the answer, up to 200 kB",
        example="~/exports",
    )
    log_level: LogLevel = _setting(
        "HARVEST_MCP_LOG_LEVEL", "what goes to stderr: DEBUG, INFO, WARNING or ERROR", example="INFO", default="WARNING"
    )

    @field_validator("toolsets", "tools", "exclude_tools", "receipt_folders", mode="before")
    @classmethod
    def _split(cls, value: object, info: Any) -> object:
        between = re.escape(os.pathsep) if info.field_name == "receipt_folders" else r"[,\s]+"
        return tuple(filter(None, re.split(between, value))) if isinstance(value, str) else value

    @field_validator("log_level", "confirm", "system", "api", mode="before")
    @classmethod
    def _cased(cls, value: object, info: Any) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if info.field_name == "log_level" else value.lower()

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: object, info: Any) -> object:
        """Remove accidental blanks and quotes around a value, except a password. Runs first, being declared last."""
        if not isinstance(value, str) or info.field_name in ("password", "incwo_password"):
            return value
        if info.field_name == "subdomain":
            return spellings.subdomain(value, INTEGRATIONS["harvest"].variables.host)
        return spellings.address(value) if info.field_name in ("url", "incwo_url", "api_url") else spellings.bare(value)

    @field_validator("system")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value not in (None, "both", *INTEGRATIONS):
            raise ValueError("unknown")
        return value

    @field_validator(*FORMS)
    @classmethod
    def _formed(cls, value: str | None, info: Any) -> str | None:
        if value and re.fullmatch(FORMS[info.field_name], value, re.ASCII) is None:
            raise ValueError("unknown")
        return value

    @field_validator("max_answer_mb", "keep_days", "incwo_max_pages")
    @classmethod
    def _bounded(cls, value: int, info: Any) -> int:
        if not 1 <= value <= {"max_answer_mb": 12, "keep_days": 3650, "incwo_max_pages": 1000}[info.field_name]:
            raise ValueError("out of bounds")
        return value

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Any, env_settings: Any, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FromFiles(settings_cls, secret=SECRETS))

    def of(self, variable: str) -> Any:
        """Return the value of the setting with this variable; None without one."""
        return getattr(self, FIELDS[variable]) if variable else None

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems to offer, by name: those asked for, else those of which anything is set, else the first."""
        if self.system:
            return choosing.meant(self.system, self.vendors)
        return tuple(name for name in self.vendors if self.signing_in(name).begun) or self.vendors[:1]

    @property
    def vendors(self) -> tuple[str, ...]:
        """Return one system of each vendor, with the API to use."""
        api = choosing.spoken(self.api, self.system, lambda name: bool(getattr(self, name)))
        return tuple(name for name, each in INTEGRATIONS.items() if each.api in ("", api))

    def signing_in(self, system: str) -> SigningIn:
        """Return what is set of one system's account."""
        way = INTEGRATIONS[system].variables
        first = self.of(way.subdomain)
        address: str | None = self.of(way.address) or (first and f"https://{first}.{way.host}")
        return SigningIn(
            way,
            address and address.rstrip("/"),
            self.of(way.user),
            self.of(way.password),
            token=self.of(way.token),
            max_pages=self.of(way.pages) or PAGES,
            login=INTEGRATIONS[system].login,
            number=self.of(way.number) or "",
        )

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Everything in here that must never be shown."""
        own = (self.password, self.access_token, self.incwo_password, *(self.state.secrets if self.state else ()))
        return tuple(secret for secret in own if secret)


FIELDS = {str(field.validation_alias): name for name, field in Settings.model_fields.items()}
"""The setting of each variable."""


def read(flags: Mapping[str, object]) -> Settings:
    """Return the settings from flags, environment and files.

    Raises:
        SettingsError: a value is wrong, contradicts another, or belongs to no setting; it names the variable.
    """
    _known_names()
    given = by_variable(flags)
    _filled_in(given)
    try:
        settings = Settings(**given)
    except ValidationError as error:
        variable = str(error.errors(include_input=False)[0]["loc"][0])
    else:
        consistent(settings)
        _unseen(settings, flags)
        return settings
    raise SettingsError(f"{variable} has a value that does not fit.", next=_example(variable))


def by_variable(flags: Mapping[str, object]) -> dict[str, Any]:
    """Return the flags that were given, by their variables."""
    given = {name: value for name, value in flags.items() if value not in (None, (), False)}
    return {str(Settings.model_fields[name].validation_alias): value for name, value in given.items()}


def variables() -> list[str]:
    return [str(field.validation_alias) for field in Settings.model_fields.values()]


def _example(variable: str) -> str:
    field = next(field for field in Settings.model_fields.values() if field.validation_alias == variable)
    meaning = str(field.description)
    return f"{meaning[0].upper()}{meaning[1:]}; for example {variable}={(field.examples or [''])[0]}."


def _known_names() -> None:
    """Refuse a misspelt HARVEST_MCP_ variable: HARVEST_MCP_READONLY would protect nothing."""
    known = [*variables(), *HTTP]
    for name in os.environ:
        prefix = next((each for each in OURS if name.startswith(each)), None)
        if prefix and name.removesuffix("_FILE") not in known:
            ours = ", ".join(each for each in known if each.startswith(prefix))
            raise SettingsError(f"{name} is no setting of this server.", next=f"Known: {ours}.")
    for variable in known:
        if os.environ.get(variable) and os.environ.get(f"{variable}_FILE"):
            raise SettingsError(f"{variable} and {variable}_FILE are both set; keep one of them.")


def _filled_in(flags: Mapping[str, Any]) -> None:
    """Refuse a placeholder left in a value, naming the variable only, as it may be part of a secret."""
    secret = {str(Settings.model_fields[name].validation_alias) for name in SECRETS}
    for variable in variables():
        for name in (variable, f"{variable}_FILE"):
            text = flags.get(name) or os.environ.get(name)
            if isinstance(text, str) and spellings.unfilled(text, whole=name in secret):
                raise SettingsError(
                    f"{name} holds a placeholder, such as ${{…}}, that nothing filled in.",
                    next=f"Write the value itself there, or the path of a file that holds it in {variable}_FILE.",
                )


def consistent(settings: Settings) -> None:
    """Check the settings against each other.

    Raises:
        SettingsError: values contradict each other, or could not be sent.
    """
    if settings.url and settings.subdomain:
        raise SettingsError(
            "HARVEST_URL and HARVEST_SUBDOMAIN are both set; keep one, for example HARVEST_SUBDOMAIN=suprcorp."
        )
    if settings.subdomain and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", settings.subdomain) is None:
        raise SettingsError("HARVEST_SUBDOMAIN is not the first part of an address; for example suprcorp.")
    if settings.access_token and (settings.email or settings.password):
        raise SettingsError("HARVEST_ACCESS_TOKEN and HARVEST_EMAIL or HARVEST_PASSWORD are both set; keep one way.")
    for name in INTEGRATIONS:
        settings.signing_in(name).check()
    if settings.state:
        state_location.check(settings.state)
    for name, folders in (
        ("receipt_folders", settings.receipt_folders),
        ("export_folder", filter(None, [settings.export_folder])),
    ):
        if missing := [each for each in folders if not spellings.is_folder(each)]:
            raise SettingsError(f"HARVEST_MCP_{name.upper()} names {missing[0]}, which is no folder here.")


def _unseen(settings: Settings, flags: Mapping[str, object]) -> None:
    """Refuse a password in a flag: every user of the machine can list processes."""
    if flags.get("state") and settings.state and settings.state.secrets:
        raise SettingsError(
            "--state holds a password, which others see in the list of processes; set HARVEST_MCP_STATE_FILE instead."
        )
