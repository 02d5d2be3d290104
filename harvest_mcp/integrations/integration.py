"""What registers a system: the variables of its account, its embedded account, and its demonstration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import urlsplit

from harvest_mcp.spec import System
from harvest_mcp.spec.marks import Era
from harvest_mcp.systems import load

if TYPE_CHECKING:
    from harvest_mcp.integrations.demo import Demo
    from harvest_mcp.sandbox import Credentials, Sandbox


Carrier = Literal["query", "header"]
"""Where an access token is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The environment variables that identify an account and sign in to it.

    `example` is an address, `path` the pattern of what may follow its host, and `more` the message for any other;
    `carrier` is where a token is sent. With `subdomain` an address may be given as its first part, before `host`.
    `number` selects one of several accounts at an address; `usual` is the default address. `home` is where a token's
    accounts are listed, `made` the page where people create a token. `prefix` begins every variable of this system
    alone; `pages` is how many pages of a list one call reads. `instead` is what else can be set if nothing is.
    """

    address: str
    user: str
    password: str
    example: str
    path: str
    more: str
    token: str = ""
    carrier: Carrier = "header"
    subdomain: str = ""
    number: str = ""
    usual: str = ""
    home: str = ""
    made: str = ""
    instead: str = ""
    host: str = ""
    pages: str = ""
    prefix: str = ""

    def about(self, variable: str) -> bool:
        """Return whether a variable is one of these, even misspelt after the prefix."""
        own = (*self.account, self.pages)
        return variable in filter(None, own) or bool(self.prefix and variable.startswith(self.prefix))

    @property
    def account(self) -> tuple[str, ...]:
        """Return the variables that identify the account and sign in to it."""
        every = (self.address, self.subdomain, self.number, self.user, self.password, self.token)
        return tuple(filter(None, every))

    def home_of(self, address: str) -> str:
        """Return where the accounts of a token are listed, adapted to an unusual address."""
        if not self.home or address == self.usual:
            return self.home
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}{urlsplit(self.home).path}"

    def signs_in(self, login: "Credentials") -> dict[str, str]:
        """Return the variables to set for this login."""
        return {self.user: login.email, self.password: login.password} if self.user else {self.token: login.token}

    @property
    def file(self) -> str:
        """Return the variable for a password file."""
        return f"{self.password.partition('_')[0].lower()}-password"

    @property
    def token_file(self) -> str:
        """Return the variable for a token file."""
        return f"{self.token.partition('_')[0].lower()}-access-token"


class Open(Protocol):
    """Opens it in memory or in a file; `profile` is an era of Harvest's API, `switches` are incwo's."""

    def __call__(
        self, path: str | None = None, *, profile: Era = "late", switches: Sequence[str] = ()
    ) -> "Sandbox": ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """An embedded account, served below `path` to `logins`; its modules are imported when it is opened.

    `number` is its own where a token is for several accounts.
    """

    open: Open
    logins: "Callable[[], Sequence[Credentials]]"
    path: str = ""
    number: str = ""

    def login(self) -> "Credentials":
        """Return the login with most rights."""
        return self.logins()[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """One registered system; `login` is the command that stores its password in the keyring.

    `api` says which of its `vendor`'s APIs it is; one of them is offered.
    """

    name: str
    vendor: str
    variables: Variables
    embedded: Embedded
    demo: "Callable[[], Demo]"
    login: str
    api: str = ""

    @property
    def system(self) -> System:
        """The system itself; imported at first use."""
        return load(self.name)
