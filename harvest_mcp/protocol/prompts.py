"""Real requests as Markdown files: a TOML head between `+++` lines, then the text with its arguments in braces.

+++
name = "archive_client"                  # the file's name without .md
title = "Archive a client"
description = "…"

[[arguments]]                            # what the person fills in; with a default it may be left out
name = "client"
description = "The client's name"
example = "Acme"

[[calls]]                                # what the request comes to for the examples, in order
tool = "toggle_client"
arguments = { client_id = "{client_id}", active = false }

[found]                                  # what no argument holds: read out of one, or out of an earlier answer
client_id = 11073
+++
Archive this client: {client}

1. Call `toggle_client(client_id=…, active=false)`.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harvest_mcp.errors import InvalidArguments, SettingsError
from harvest_mcp.text.render import quoted, visible

LONGEST = 10_000
"""The most characters of one argument; an e-mail with its history fits."""
BRACED = re.compile(r"\{(\w+)\}")
CALLED = re.compile(r"`(\w+)\(")

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Words = Annotated[str, Field(pattern=r"\S")]
Value = str | int | bool | list[str]


class PromptPart(BaseModel):
    """A part of a prompt file's head; an unknown key is a mistake in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PromptArgument(PromptPart):
    """One thing the person fills in; `default` is used if it is left out."""

    name: Name
    description: Words
    example: Words
    default: Words | None = None

    @property
    def required(self) -> bool:
        return self.default is None


class ExpectedCall(PromptPart):
    """A tool call this request leads to; `{braces}` stand for the prompt's arguments or for `found` values."""

    tool: Name
    arguments: dict[Name, Value] = {}


class Prompt(PromptPart):
    """One file of `prompts/`.

    `found` has example values that calls need and that are no arguments.
    """

    name: Name
    title: Words
    description: Words
    arguments: tuple[PromptArgument, ...] = ()
    calls: Annotated[tuple[ExpectedCall, ...], Field(min_length=1)]
    found: dict[Name, Value] = {}
    text: Words

    @property
    def tools(self) -> set[str]:
        """Every tool it may lead to: those of its calls, and those its text names as `tool(…)`."""
        return {call.tool for call in self.calls} | set(CALLED.findall(self.text))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [argument.name for argument in self.arguments]
        in_text, in_calls = set(BRACED.findall(self.text)), set(_braces(self.calls))
        faults = [
            ("an argument is declared twice", {name for name in names if names.count(name) > 1}),
            ("the text has braces that are no argument", in_text - set(names)),
            ("the text leaves out an argument", set(names) - in_text),
            ("a call has braces that are neither argument nor found", in_calls - set(names) - set(self.found)),
            ("found holds what no call needs", set(self.found) - in_calls),
            ("found holds what is an argument", set(self.found) & set(names)),
        ]
        for fault, which in faults:
            if which:
                raise ValueError(f"{fault}: {', '.join(sorted(which))}")
        return self

    def fill(self, given: Mapping[str, str]) -> str:
        """Return the text with its arguments filled in.

        Raises:
            InvalidArguments: one is missing, too long, or unknown.
        """
        known = [argument.name for argument in self.arguments]
        filled = {name: text for name, text in given.items() if text.strip()}
        problems = [f"{each.name} is missing" for each in self.arguments if each.required and each.name not in filled]
        problems += [
            f"{name} is longer than {LONGEST} characters"
            for name, text in given.items()
            if name in known and len(text) > LONGEST
        ]
        problems += [
            f"{quoted(visible(name), most=40)} is no argument of this prompt" for name in given if name not in known
        ]
        if problems:
            raise InvalidArguments(self.name, problems, known=known)
        defaults = {each.name: each.default for each in self.arguments if each.default is not None}
        return put(self.text, {**defaults, **filled})


def put(text: str, values: Mapping[str, str]) -> str:
    """Replace `{name}` by its value, once: braces inside a value stay."""
    return BRACED.sub(lambda found: values.get(found[1], found[0]), text)


def folder() -> Traversable:
    """Return `prompts/`, inside the installed package or beside it in a checkout."""
    packed = files("harvest_mcp") / "prompts"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "prompts"


def load(available: Iterable[str]) -> list[Prompt]:
    """Return the prompts that need no tool but the available ones, by name.

    Raises:
        SettingsError: a file is broken; it says which, and how.
    """
    names = set(available)
    prompts = [read(file.name, file.read_text("utf-8")) for file in folder().iterdir() if file.name.endswith(".md")]
    return sorted((prompt for prompt in prompts if prompt.tools <= names), key=lambda prompt: prompt.name)


@cache
def read(file: str, text: str) -> Prompt:
    """Parse one prompt.

    Raises:
        SettingsError: it is broken; it says how.
    """
    before, *parts = re.split(r"^\+\+\+$\n?", text, maxsplit=2, flags=re.MULTILINE)
    if before or len(parts) != 2:
        raise _broken(file, "it does not start with a head between two +++ lines")
    try:
        prompt = Prompt.model_validate({**tomllib.loads(parts[0]), "text": parts[1].strip()})
    except tomllib.TOMLDecodeError as error:
        raise _broken(file, f"its head is not TOML, {error}") from None
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in fault["loc"])
        raise _broken(
            file, f"{place}: {fault['msg']}" if place else fault["msg"].removeprefix("Value error, ")
        ) from None
    if file != f"{prompt.name}.md":
        raise _broken(file, f"its name is {prompt.name}, so the file must be {prompt.name}.md")
    return prompt


def _braces(calls: Iterable[ExpectedCall]) -> Iterator[str]:
    for call in calls:
        for value in call.arguments.values():
            for text in value if isinstance(value, list) else [str(value)]:
                yield from BRACED.findall(text)


def _broken(file: str, how: str) -> SettingsError:
    return SettingsError(f"The prompt {file} cannot be read: {how}.", next="Mend the file, or install again.")
