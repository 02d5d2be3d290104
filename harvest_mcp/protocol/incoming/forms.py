"""Bring a message to the form the SDK takes, wherever it has one meaning.

The SDK refuses what differs from the schema by a hair (mcp 2.3.0), a handshake too. So what clients write loosely is
read here: null for what is left out, `[]` for `{}` as PHP writes it, `true` for a capability, `1.0` for a whole number.
What the specification wants refused, and what means nothing or two things, is left as it is.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from harvest_mcp.protocol.front.messages import CAPABILITIES, CLIENT, IS

Object = dict[str, Any]
ANOTHER_REVISION = ""
"""For a client that says none: it is told the one that is served, as any unknown one is."""
TOKEN, META = "progressToken", "_meta"
NO_PARTS: Mapping[str, Any] = {}
FLAG: Mapping[str, Any] = {"": "a part that is true or false"}
ABILITIES: Mapping[str, Mapping[str, Any]] = {
    "roots": {"listChanged": FLAG},
    "sampling": {"context": NO_PARTS, "tools": NO_PARTS},
    "elicitation": {"form": NO_PARTS, "url": NO_PARTS},
    "tasks": {
        **dict.fromkeys(("list", "cancel"), NO_PARTS),
        "requests": {"elicitation": {"create": NO_PARTS}, "sampling": {"createMessage": NO_PARTS}},
    },
}
"""The capabilities that are objects, and which of their parts are."""
NAMED = ("experimental", "extensions")
"""Capabilities whose parts have any name; each part is an object."""


def settled(message: Object) -> Object:
    """Return a message in the one form of what it means; what means nothing stays, and is refused further on."""
    found = {**message}
    if "id" in found:
        found["id"] = _whole(found["id"])
        if found["id"] is None and str(found.get("method")).startswith("notifications/"):
            del found["id"]
    if "method" not in found:
        return found
    params = _object(found.pop("params", None))
    if isinstance(params, dict):
        params = _read(found["method"], _read_meta(params))
    return found if params == {} else {**found, "params": params}


def _read(method: object, params: Object) -> Object:
    """Return the parameters of a message, each in the form that its method takes."""
    match method:
        case "initialize":
            return _handshake(params)
        case "tools/call":
            return {**params, "arguments": _arguments(params["arguments"])} if "arguments" in params else params
        case "prompts/get" if "arguments" in params:
            return {**params, "arguments": _words(params["arguments"])}
        case "notifications/cancelled" if "requestId" in params:
            return {**params, "requestId": _whole(params["requestId"])}
    return params


def _handshake(params: Object) -> Object:
    """Return the parameters of a handshake, with everything that has to be there."""
    revision = params.get("protocolVersion")
    return {
        **params,
        "protocolVersion": revision if isinstance(revision, str) else ANOTHER_REVISION,
        "capabilities": _capabilities(params.get("capabilities")),
        "clientInfo": _client(params.get("clientInfo")),
    }


def _read_meta(params: Object) -> Object:
    """Return parameters with the known parts of `_meta` in their forms, and without those that are null."""
    if META not in params:
        return params
    meta = _object(params[META])
    if not isinstance(meta, dict):
        return params
    meta = {name: each for name, each in meta.items() if each is not None or name not in (TOKEN, CLIENT)}
    told = {TOKEN: _whole, CLIENT: _client, CAPABILITIES: _capabilities}
    meta |= {name: read(meta[name]) for name, read in told.items() if name in meta}
    rest = {name: each for name, each in params.items() if name != META}
    return {**rest, META: meta} if meta else rest


def _capabilities(found: object) -> Object:
    """Return capabilities; one in a form that says nothing counts as not there."""
    known = _object(found)
    if not isinstance(known, dict):
        return {}
    parts = {name: dict.fromkeys(_dict(known.get(name)), NO_PARTS) for name in NAMED}
    return _parts(known, {**ABILITIES, **parts})


def _parts(found: Object, known: Mapping[str, Mapping[str, Any]]) -> Object:
    """Return capabilities, or the parts of one; those that are not known stay as they are."""
    read = {name: _part(each, known[name]) if name in known else each for name, each in found.items()}
    return {name: each for name, each in read.items() if each is not None or name not in known}


def _part(found: object, known: Mapping[str, Any]) -> Object | bool | None:
    """Return one capability; None for one that is not there, such as a form of which each kind is false."""
    if known is FLAG:
        return found if isinstance(found, bool) else None
    if found is True or found == []:
        return {}
    if not isinstance(found, dict):
        return None
    made = _parts(found, known)
    return made if made or False not in found.values() else None


def _client(found: object) -> Object:
    """Return who a client is: a name and a version, and of the rest what is in its form."""
    said = {"name": found} if isinstance(found, str) else _dict(found)
    rest = {name: each for name, each in said.items() if name not in IS or IS[name](each)}
    return {**rest, "name": _text(said.get("name"), "unknown"), "version": _text(said.get("version"), "")}


def _arguments(found: object) -> object:
    """Return the arguments of a call; a text that is the JSON of an object is that object."""
    if isinstance(found, str):
        try:
            read = from_json(found) if found.strip() else {}
        except ValueError:
            return found
        return read if isinstance(read, dict) else found
    return _object(found)


def _words(found: object) -> object:
    """Return the arguments of a prompt, which are texts; a number is written as one."""
    given = _object(found)
    if not isinstance(given, dict):
        return found
    return {name: _text(each, each) for name, each in given.items() if each is not None}


def _object(found: object) -> object:
    """Return an empty object for null and for an empty list."""
    return {} if found is None or found == [] else found


def _dict(found: object) -> Object:
    return found if isinstance(found, dict) else {}


def _whole(found: object) -> object:
    return int(found) if isinstance(found, float) and found.is_integer() else found


def _text(found: object, otherwise: Any) -> Any:
    """Return a text, or a number as a text; `otherwise` for anything else."""
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else otherwise
