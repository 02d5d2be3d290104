"""Run a client's own command to change its settings; the result is checked afterwards."""

import subprocess
from collections.abc import Sequence

from harvest_mcp.commands.install.entry import SECRET_VARIABLES
from harvest_mcp.commands.install.machine import Machine

PATIENCE = 60.0
"""Seconds; some start slowly."""


def run(arguments: Sequence[str], machine: Machine, *, patience: float = PATIENCE) -> str:
    """Run it without a terminal and without our secrets; return an error message, or an empty text."""
    env = {name: value for name, value in machine.environ.items() if name not in SECRET_VARIABLES}
    try:
        done = subprocess.run(  # noqa: S603 - the client's own command, found on the person's PATH
            arguments, stdin=subprocess.DEVNULL, capture_output=True, env=env, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it did not end within {patience:g} seconds"
    except OSError as error:
        return f"it could not be started ({error.strerror})"
    return f"it ended with status {done.returncode}" if done.returncode else ""
