"""The database file of an account: checks whether an existing file is one."""

from collections.abc import Mapping
from pathlib import Path

from harvest_mcp.errors import SettingsError
from harvest_mcp.spec import System

MAGIC = b"SQLite format 3\x00"
# The application id in the header of the file: "HvS1", "IcS1".
MARKS: Mapping[str, int] = {"harvest": 0x48765331, "incwo": 0x49635331}
LAYOUT = 1


def inspect(path: str | None, system: System) -> None:
    """Check the header of a file before SQLite opens it; an empty or missing file is a new account.

    Raises:
        SettingsError: the file is no sandbox database, or one of another system or a newer version.
    """
    if path is None:
        return
    if not Path(path).parent.is_dir():
        raise SettingsError(f"The folder of the sandbox database {path} does not exist.")
    try:
        with Path(path).open("rb") as stream:
            head = stream.read(100)
    except FileNotFoundError:
        return
    except OSError as error:
        raise SettingsError(f"The sandbox database {path} cannot be read: {error.strerror}.") from None
    if not head:
        return
    mark = int.from_bytes(head[68:72]) if head.startswith(MAGIC) else 0  # offsets: sqlite.org/fileformat.html 1.3
    made_for = next((name for name, known in MARKS.items() if known == mark), None)
    if made_for is None:
        raise SettingsError(f"{path} is not a sandbox database; it was left as it is.")
    if made_for != system.name:
        raise SettingsError(
            f"The sandbox database {path} holds an account of {made_for}, not of {system.name}; it was left as it is."
        )
    if int.from_bytes(head[60:64]) > LAYOUT:
        raise SettingsError(f"The sandbox database {path} was made by a newer version; it was left as it is.")
