"""Where each setting came from; secrets from the keyring, and their removal from the environment."""

import os
from collections.abc import Mapping

from harvest_mcp.config.secret import Secret
from harvest_mcp.config.settings import FIELDS, SECRETS, Settings


def sources(settings: Settings, flags: Mapping[str, object]) -> dict[str, str]:
    """Return the source of each value by variable: a flag, the environment, a file, the keyring, the default."""
    found = {}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias)
        if flags.get(name) not in (None, (), False):
            found[variable] = f"--{name.replace('_', '-')}"
        elif os.environ.get(variable):
            found[variable] = "environment"
        elif os.environ.get(f"{variable}_FILE"):
            found[variable] = f"{variable}_FILE"
        elif getattr(settings, name) != field.default:
            found[variable] = "keyring"
        else:
            found[variable] = "not set" if field.default in (None, ()) else "default"
    return found


def complete(settings: Settings) -> Settings:
    """Return the settings with an account and credentials for each system, from the keyring if need be.

    Raises:
        SettingsError: naming what is missing, with an example.
    """
    found: dict[str, Secret] = {}
    for system in settings.systems:
        given = settings.signing_in(system).complete()
        for variable, secret in ((given.way.password, given.password), (given.way.token, given.token)):
            if secret:
                found[FIELDS[variable]] = secret
    return settings.model_copy(update=found)


def withhold() -> None:
    """Remove the secrets from this process's environment: programs it starts do not need them."""
    for name in SECRETS:
        os.environ.pop(str(Settings.model_fields[name].validation_alias), None)
