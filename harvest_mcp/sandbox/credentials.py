"""Login credentials, the same for every vendor."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user's e-mail address and password."""

    email: str
    password: str = field(repr=False)
    token: str = field(default="", repr=False)
