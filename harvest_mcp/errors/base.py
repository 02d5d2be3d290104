"""The base error, and the errors of the server's own settings and state store."""


class HarvestMcpError(Exception):
    """The base: `what` happened, the `state` of things, and what to do `next`; `str()` joins the three.

    `here` is what to do instead at the machine of this server, and may name what is there.
    """

    def __init__(self, what: str, *, state: str = "", next: str = "", here: str = "") -> None:
        super().__init__(what)
        self.what, self.state, self.next, self.here = what, state, next, here

    def __str__(self) -> str:
        return self._told(self.what, self.advice)

    @property
    def advice(self) -> str:
        """The next step for somebody at this machine."""
        return self.here or self.next

    @property
    def afar(self) -> str:
        """The message for somebody at another machine, without details of this one."""
        return self._told(self.what, self.next)

    def _told(self, what: str, next: str) -> str:
        return " ".join(part for part in (what, self.state, next) if part)

    def anew(self) -> "HarvestMcpError":
        """Return an equal error, to raise again."""
        kind = SettingsError if isinstance(self, SettingsError) else HarvestMcpError
        return kind(self.what, next=self.next, here=self.here)

    def leaving(self, state: str) -> "HarvestMcpError":
        """Return the same error with the state a write left behind, unless it has one."""
        self.state = self.state or state
        return self


ASK = "Tell whoever runs this server: its log says why."


class SettingsError(HarvestMcpError):
    """A setting is missing, wrong or contradicts another; raised before anything starts."""

    @property
    def afar(self) -> str:
        return self._told("This server is not set up as it has to be for this.", ASK)


class NoAccount(SettingsError):
    """A token opens no account of a system; only its owner can mend that."""

    @property
    def afar(self) -> str:
        return str(self)


class StateError(HarvestMcpError):
    """The state store is damaged, read-only, full, busy, unreachable or too new; writes stop, reads go on."""


class Damaged(StateError):
    """An entry of the journal cannot be read; calls that do not need it go on."""

    def __init__(self, change: int | None, where: str) -> None:
        """`change` is its id, `where` the column that is damaged."""
        self.change, self.where = change, where
        super().__init__(
            f"Change {change or '(without an id)'} in the journal is damaged ({where}), so what it was is not known.",
            next="Look at the record, and put it right yourself; `harvest-mcp doctor` lists every damaged entry.",
        )


class Withheld(StateError):
    """The store cannot be used; only the log says why."""

    def __init__(self) -> None:
        super().__init__("This server's own store cannot be used now.", next=ASK)


class Outdated(StateError):
    """A newer server changed the layout of the store while this one ran."""

    def __init__(self) -> None:
        super().__init__(
            "A newer version of harvest-mcp has changed the state store since this server started.",
            next="Start this server again, in that version. Reading goes on.",
        )
