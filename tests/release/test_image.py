"""The Dockerfile says what an image must be, whether or not one can be built here."""

from tests.release import facts, image
from tests.release.constraints import ROOT

BUILD, RUN = 0, 1


def stages() -> list[list[tuple[str, str]]]:
    """Return the instructions of each stage."""
    found: list[list[tuple[str, str]]] = []
    for name, rest in image.instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, rest))
    return found


def test_both_stages_stand_on_the_base_that_is_an_argument() -> None:
    assert image.instructions()[0][0] == "ARG"
    assert image.instructions()[0][1].startswith("BASE=")
    assert [stage[0] for stage in stages()] == [("FROM", "${BASE} AS build"), ("FROM", "${BASE}")]


def test_the_image_runs_the_command_as_nobody_and_keeps_its_state_in_a_volume() -> None:
    told = dict(stages()[RUN])
    assert (told["USER"], told["ENTRYPOINT"], told["VOLUME"]) == ("65532:65532", f'["{facts.NAME}"]', "/state")
    assert ("COPY", "--from=build --chown=65532:65532 /state /state") in stages()[RUN]
    variables = image.variables()
    assert (variables["HOME"], variables["PYTHONUNBUFFERED"]) == ("/state", "1")
    assert not any(name.startswith("HARVEST_") for name in variables), "a setting of the image meets those of a file"


def test_the_image_holds_compiled_code_of_the_tested_versions() -> None:
    ((_, made),) = [each for each in stages()[BUILD] if each[0] == "RUN"]
    assert "pip install --no-cache-dir --no-compile -c constraints.txt" in made
    assert "-m compileall" in made


def test_no_variable_of_the_image_is_a_secret() -> None:
    assert [name for name in image.variables() if any(word in name for word in ("TOKEN", "PASSWORD", "KEY"))] == []


def test_all_that_the_build_copies_is_there_and_not_ignored() -> None:
    copied = [rest.split()[:-1] for name, rest in stages()[BUILD] if name == "COPY"]
    names = {name for each in copied for name in each}
    assert [name for name in names if not (ROOT / name).exists()] == []
    kept = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert names == {line[1:] for line in kept if line.startswith("!")}
