"""A client's settings: the servers in its file, and its text with an entry added, changed or removed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from harvest_mcp.commands.install import files
from harvest_mcp.commands.install.clients import ALL, Format, McpClient
from harvest_mcp.commands.install.editors import jsonc_editor, toml_editor, yaml_editor
from harvest_mcp.commands.install.entry import Start, is_ours, start_of
from harvest_mcp.commands.install.files import Content, NotChanged
from harvest_mcp.commands.install.machine import Machine


class Editor(Protocol):
    """Parses a format, and edits a single place of a text in it; raises ValueError if it cannot."""

    def parse(self, text: str) -> dict[str, Any]: ...
    def put(self, text: str, path: tuple[str, ...], value: Any) -> str: ...
    def remove(self, text: str, path: tuple[str, ...]) -> str: ...


EDITORS: Mapping[Format, Editor] = {
    **dict.fromkeys(("json", "json with comments", "jsonc"), jsonc_editor),
    "toml": toml_editor,
    "yaml": yaml_editor,
}
NOT_READ: Mapping[Format, tuple[str, ...]] = {
    "json": ("a comment", "a comma before a closing bracket"),
    "json with comments": ("a comma before a closing bracket",),
}
"""Problems that make the whole file unreadable for its client."""
NOT_MEANT = re.compile(r"[\s,]+|\{\}")
"""Characters that an edit may change without changing the content."""


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """A client's file as read."""

    client: McpClient
    content: Content

    @property
    def place(self) -> Path:
        return self.content.place

    @property
    def servers(self) -> dict[str, Any]:
        """Return the servers by name.

        Raises:
            NotChanged: the file is not in the client's format.
        """
        try:
            servers = self._parse(self.content.text).get(self.client.key)
            self._readable()
        except (ValueError, RecursionError) as error:
            raise self._unreadable(error) from None
        if servers is None:
            return {}
        if not isinstance(servers, dict):
            raise self._unreadable(f"{self.client.key} is not what {self.client.title} expects")
        return servers

    def having(self, name: str, entry: dict[str, Any]) -> str:
        """Return the text with this entry.

        Raises:
            NotChanged: it cannot be added without changing more.
        """
        try:
            return EDITORS[self.client.format].put(self.content.text, (self.client.key, name), entry)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(error) from None

    def lacking(self, name: str) -> bytes | None:
        """Return the bytes without this entry: the earlier bytes if nothing else changed; None for no file.

        Raises:
            NotChanged: it cannot be removed without changing more.
        """
        key, editor, first = self.client.key, EDITORS[self.client.format], self._first(name)
        try:
            text = editor.remove(self.content.text, (key, name))
            before = self._parse(files.text_of(first or b"", self.place))
            if key not in before and not self._parse(text).get(key, True):
                text = editor.remove(text, (key,))
            now = self._parse(text)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(error) from None
        if first is None:
            return self.content.encoded(text) if NOT_MEANT.sub("", text) else None
        same = NOT_MEANT.sub("", text) == NOT_MEANT.sub("", files.text_of(first, self.place))
        return first if same and now == before else self.content.encoded(text)

    def _first(self, name: str) -> bytes | None:
        """Return the newest backup from before this entry."""
        for copy in files.backups(self.place):
            try:
                kept = read_file(self.client, copy)
                if name not in kept.servers:
                    return kept.content.raw
            except NotChanged:
                continue
        return None

    def _readable(self) -> None:
        """Check that the client itself can read the file.

        Raises:
            ValueError: with the line it stops at.
        """
        if not (unread := NOT_READ.get(self.client.format)):
            return
        for extra, line in jsonc_editor.extras(self.content.text).items():
            if extra in unread:
                raise ValueError(f"line {line} has {extra}, which {self.client.title} does not read")

    def _parse(self, text: str) -> dict[str, Any]:
        return EDITORS[self.client.format].parse(text)

    def _unreadable(self, why: object) -> NotChanged:
        return NotChanged(
            f"{self.place} cannot be changed: {why}.",
            state="It is as it was.",
            next="Mend it, or add what `--print` shows by hand.",
        )


def read_file(client: McpClient, place: Path) -> ClientSettings:
    """Read a client's settings from a file.

    Raises:
        NotChanged: it cannot be read.
    """
    return ClientSettings(client, files.read(place))


def read(client: McpClient, machine: Machine) -> ClientSettings:
    """Read a client's settings from their usual place.

    Raises:
        NotChanged: the client is not installed, or its file cannot be read.
    """
    place = client.place(machine)
    if not client.installed(machine):
        raise NotChanged(
            f"{client.title} is not on this machine: {place.parent} is not there.",
            state="Nothing was changed.",
            next=f"Start {client.title} once, or see with `harvest-mcp install` what is there.",
        )
    return read_file(client, place)


def entries(machine: Machine) -> Iterator[tuple[McpClient, str, Start]]:
    """Yield every entry that starts this server, in any client's settings."""
    for client in ALL:
        try:
            servers = read_file(client, client.place(machine)).servers
        except NotChanged:
            continue
        for name, entry in servers.items():
            start = start_of(entry)
            if start and is_ours(entry):
                yield client, name, start
