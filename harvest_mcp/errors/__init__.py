"""Every error this package raises on purpose; each says what happened, the state of things, and what to do.

HarvestMcpError
├── SettingsError          the server cannot start as configured
│   └── NoAccount          a token is for no account of a system
├── StateError             the store of journal, consents and budgets cannot be used
│   ├── Damaged            an entry of the journal cannot be read
│   ├── Outdated           a newer server laid it out anew while this one ran
│   └── Withheld           why is told in the log only
├── InvalidArguments       a tool call's arguments are wrong
├── NoMatch                a reference names no record, or several
│   └── Ambiguous          digits that are the name of one record and the id of another
├── PossibleDuplicate      a create looks like a record that is already there
├── NotConfirmed           nobody agreed to something that cannot be taken back
│   ├── ConfirmationNeeded the question, and how to come back with the answer
│   └── ApprovalNeeded     a person has to decide outside the conversation, and has not yet
├── NotUndone              a change cannot be taken back
├── StalePlan              the account is not as it was when many changes were planned; nothing was sent
├── Overtaken              somebody else was at the record; nothing was sent
├── Closed                 the record may not be written any more; nothing was sent
├── Locked                 part of the record is fixed while it is locked; nothing was sent
├── WrongState             an action leaves another state than the record is in; nothing was sent
├── Unread                 what a write goes by cannot be read of its record; nothing was sent
├── Unsettled              an earlier write to the record may still take effect; nothing was sent
├── Incomplete             not all of what a figure is made of could be read; there is no figure
├── StoredOtherwise        a list within a record reads back as another list than was sent
└── CallFailed             a call to the vendor did not succeed
    ├── NotFound           no such record, or no right to see it
    ├── Unauthorized       the credentials are wrong
    │   └── NotConnected   whoever calls has not connected their account yet, or has to do so again
    ├── Forbidden          this user has no right to it
    ├── Refused            a rule of the vendor's stands against it
    ├── Throttled          too many calls; wait
    │   └── GateClosed     this server says so itself, and sent nothing
    ├── Unreachable        the call never left this machine
    ├── Unavailable        the vendor failed, or its answer did not arrive
    ├── TooSlow            the time for this call ran out
    ├── Malformed          the answer is not the XML it should be
    ├── NotTheApi          something else answers at this address
    └── InDoubt            a write was sent and its fate is unknown
"""

from harvest_mcp.errors.base import (
    Damaged,
    HarvestMcpError,
    NoAccount,
    Outdated,
    SettingsError,
    StateError,
    Withheld,
)
from harvest_mcp.errors.calls import (
    CallFailed,
    Forbidden,
    GateClosed,
    InDoubt,
    Malformed,
    NotConnected,
    NotFound,
    NotTheApi,
    Refused,
    Throttled,
    TooSlow,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from harvest_mcp.errors.ours import (
    Ambiguous,
    ApprovalNeeded,
    Closed,
    ConfirmationNeeded,
    Incomplete,
    InvalidArguments,
    Locked,
    NoMatch,
    NotConfirmed,
    NotOpen,
    NotUndone,
    Overtaken,
    PossibleDuplicate,
    StalePlan,
    StoredOtherwise,
    Unfit,
    Unread,
    Unsettled,
    WrongState,
)

__all__ = [
    "Ambiguous", "ApprovalNeeded", "CallFailed", "Closed", "ConfirmationNeeded", "Damaged", "Forbidden",
    "GateClosed", "HarvestMcpError", "InDoubt", "Incomplete", "InvalidArguments", "Locked", "Malformed",
    "NoAccount", "NoMatch", "NotConfirmed", "NotConnected", "NotFound", "NotOpen", "NotTheApi", "NotUndone",
    "Outdated", "Overtaken", "PossibleDuplicate", "Refused", "SettingsError", "StalePlan", "StateError",
    "StoredOtherwise", "Throttled", "TooSlow", "Unauthorized", "Unavailable", "Unfit", "Unreachable",
    "Unread", "Unsettled", "Withheld", "WrongState",
]  # fmt: skip
