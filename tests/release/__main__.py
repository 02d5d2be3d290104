"""Make all that is handed out, and try it: `python -m tests.release [--repository URL] [FOLDER]`.

Without the address of the repository the registry's entry has a stand-in for it, and is not one to publish.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.release.checks import CHECKS
from tests.release.made import STAND_IN, make
from tests.release.programs import NotHereError, WrongError


def main() -> int:
    """Return 0 where everything was made, and no check failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.release", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"))
    parser.add_argument("--repository", default=STAND_IN, metavar="URL")
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="harvest-mcp-release-") as scratch:
        try:
            made = make(given.folder.absolute(), Path(scratch), given.repository)
        except (NotHereError, WrongError) as error:
            print(f"nothing was made: {error}", file=sys.stderr)
            return 1
        print(*sorted(place.name for place in made.folder.iterdir()), sep="\n", end="\n\n")
        for name, check in CHECKS.items():
            began = time.monotonic()
            try:
                told = check(made)
            except NotHereError as error:
                told = f"not checked: {error}"
            except WrongError as error:
                told, wrong = f"WRONG: {error}", 1
            print(f"{name} ({time.monotonic() - began:.0f} s): {told}")
    if given.repository == STAND_IN:
        print("\nserver.json has a stand-in for the repository: not to publish. Give --repository.")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
