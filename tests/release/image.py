"""The container image: built and started where buildah and a base can be had; `python -m tests.release.image`.

A container is started as it is to be run: as user 65532, with everything but `/state` read-only, by `unshare` and
`chroot` on what buildah mounts, since nothing here runs containers.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.release import facts, programs
from tests.release.constraints import ROOT
from tests.release.programs import NotHereError, WrongError

BASE = "BASE"
"""The variable that names a local base image, where none can be fetched."""
STARTED = """
set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/state"
mount -o remount,ro,bind "$1"
exec chroot --userspec=65532:65532 "$1" /usr/bin/env -i $3 /opt/harvest-mcp/bin/harvest-mcp --sandbox
"""


def instructions() -> list[tuple[str, str]]:
    """Return the lines of the Dockerfile, as instruction and what it is given."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, " ".join(rest.split())) for name, rest in lines]


def variables() -> dict[str, str]:
    """Return what the image sets."""
    told = [rest for name, rest in instructions() if name == "ENV"]
    return dict(word.split("=", 1) for rest in told for word in rest.split())


def base() -> str:
    """Return the image to build upon.

    Raises:
        NotHereError: buildah is not here, or its base cannot be fetched.
    """
    if shutil.which("buildah") is None or os.geteuid():
        raise NotHereError("buildah is not here, or may not be used")
    if local := os.environ.get(BASE):
        return local
    (named,) = [rest for name, rest in instructions() if name == "ARG"]
    wanted = named.partition("=")[2]
    try:
        programs.run(["buildah", "pull", "--quiet", wanted], _environment())
    except (WrongError, TimeoutError) as error:
        raise NotHereError(f"{wanted} cannot be fetched: {str(error).splitlines()[-1]}") from None
    return wanted


def _environment() -> dict[str, str]:
    return {**os.environ, "BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}


@contextmanager
def mounted(image: str) -> Iterator[Path]:
    """Yield the root of a container of an image."""
    env = _environment()
    container = programs.run(["buildah", "from", image], env).splitlines()[-1]
    try:
        yield Path(programs.run(["buildah", "mount", container], env).splitlines()[-1])
    finally:
        programs.run(["buildah", "rm", container], env)


def check(scratch: Path) -> str:
    """Build the image, and open a conversation with it.

    Raises:
        NotHereError: it cannot be built here.
        WrongError: it does not build, or not answer.
    """
    chosen, name = base(), f"localhost/{facts.NAME}:{facts.VERSION}"
    here = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf")
    shared = [word for place in here if Path(place).exists() for word in ("-v", f"{place}:{place}:ro")]
    build = ["buildah", "build", "--network=host", "--build-arg", f"BASE={chosen}", *shared, "-t", name, str(ROOT)]
    programs.run(build, _environment())
    state = scratch / "state"
    state.mkdir()
    os.chown(state, 65532, 65532)
    env = " ".join(f"{key}={value.replace('$PATH', '/usr/bin:/bin')}" for key, value in variables().items())
    with mounted(name) as root:
        answers = programs.opened(["unshare", "--mount", "sh", "-c", STARTED, "sh", root, state, env], _environment())
        compiled = any(root.glob("opt/harvest-mcp/lib/python3*/site-packages/harvest_mcp/__pycache__/*.pyc"))
    if not compiled or answers.version != facts.VERSION:
        raise WrongError(f"version {answers.version}, byte code {compiled}")
    return f"{len(answers.tools)} tools of version {answers.version} on {chosen}"


def main() -> int:
    """Print what was seen, or why nothing was built."""
    with TemporaryDirectory(prefix="harvest-mcp-image-") as scratch:
        try:
            print(check(Path(scratch)))
        except NotHereError as error:
            print(f"not built: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
