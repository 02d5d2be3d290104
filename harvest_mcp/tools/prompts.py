"""Real requests as Markdown files: a TOML head between `+++` lines, then the text with its arguments in braces."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from harvest_mcp.errors import InvalidArguments


class PromptArgument(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    required: bool = True
    example: str


class ExpectedCall(BaseModel):
    """A tool call this request is expected to come to; braces in its arguments are the prompt's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tool: str
    arguments: dict[str, Any] = {}


class Prompt(BaseModel):
    """One file of `prompts/`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    description: str
    arguments: tuple[PromptArgument, ...] = ()
    calls: tuple[ExpectedCall, ...]
    text: str

    def fill(self, given: Mapping[str, str]) -> str:
        """The text with the arguments in their places.

        Raises:
            InvalidArguments: one is missing, or one is not this prompt's.
        """
        known = [argument.name for argument in self.arguments]
        problems = [f"{each.name} is missing" for each in self.arguments if each.required and not given.get(each.name)]
        problems += [f"{name} is no argument of this prompt" for name in given if name not in known]
        if problems:
            raise InvalidArguments(self.name, problems, known=known)
        return filled(self.text, {name: given.get(name, "") for name in known})


def filled(text: str, values: Mapping[str, str]) -> str:
    """`{name}` replaced by its value, once: braces inside a value stay as they are."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)


def folder() -> Traversable:
    """`prompts/` inside the installed package, or beside it in a checkout."""
    packed = files("harvest_mcp") / "prompts"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "prompts"


def load(available: Iterable[str]) -> list[Prompt]:
    """The prompts whose every expected tool is available, by name."""
    names = set(available)
    prompts = [read(file.read_text("utf-8")) for file in folder().iterdir() if file.name.endswith(".md")]
    usable = [prompt for prompt in prompts if all(call.tool in names for call in prompt.calls)]
    return sorted(usable, key=lambda prompt: prompt.name)


def read(text: str) -> Prompt:
    """One prompt from its file's text."""
    _, head, body = text.split("+++\n", 2)
    return Prompt(**tomllib.loads(head), text=body.strip())
