"""The tools of an attached file: attach or replace it, and view it."""

import base64
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import PurePath
from typing import Any

import anyio.to_thread

from harvest_mcp.changes import Snapshot
from harvest_mcp.consent.question import CUT, facts
from harvest_mcp.errors import InvalidArguments, NotFound
from harvest_mcp.spec import Attachment, Record, Resource, Scope, System
from harvest_mcp.text.render import quoted
from harvest_mcp.tools.arguments.model import Argument, key, model, owner
from harvest_mcp.tools.arguments.references import locate, name_and_id
from harvest_mcp.tools.arguments.value_types import BYTES, WORD
from harvest_mcp.tools.questions.ask import Asking, Intention, ask, matter_of
from harvest_mcp.tools.questions.namesakes import apart
from harvest_mcp.tools.questions.record_state import Shown
from harvest_mcp.tools.questions.write_results import no_undo, write_answer
from harvest_mcp.tools.receipts.local_files import content
from harvest_mcp.tools.tool import Answer, Arguments, Attached, Call, Hints, Tool
from harvest_mcp.wire.attachments import AttachedFile, UnfitFile, checked

Kind = Resource[Record]
Place = Scope[Record]


def attachment_tools(system: System, resource: Kind) -> list[Tool]:
    """Return `get_receipt` and `attach_receipt`."""
    files = (rule.attachment for rule in resource.rules)
    return [build(system, resource, file) for file in files if file is not None for build in (_get, _attach)]


def _get(system: System, resource: Kind, attachment: Attachment) -> Tool:
    name = f"get_{attachment.noun}"

    async def run(call: Call, arguments: Arguments) -> Answer:
        given, api = arguments.given(), call.api(system)
        id: int = given[resource.key]
        try:
            file = await api.fetch(Scope(resource), attachment, id)
        except NotFound as missing:
            if attachment.lies:  # the record was read for it, so its doubts are told too
                raise
            missing.next = f"Call {system.tool('list', resource)} for ids."
            with suppress(NotFound):
                if not getattr(await api.get(Scope(resource), id), attachment.has):
                    missing.what = f"{_title(resource)} {id} has no {attachment.noun}."
                    missing.next = f"attach_{attachment.noun} adds one."
            raise
        line = f"{attachment.noun.capitalize()} of {resource.word} {id}: {_size(file)}."
        return Answer(line, (Attached(file.name, file.kind, file.data),))

    return Tool(
        name=name,
        says=f"The {attachment.noun} of {resource.one}, as a picture or file.",
        toolset=resource.toolset,
        hints=Hints(reads=True, repeatable=True),
        arguments=model(name, key(resource)),
        run=run,
    )


def _attach(system: System, resource: Kind, attachment: Attachment) -> Tool:
    name = f"attach_{attachment.noun}"
    takes = [
        *owner(resource),
        key(resource),
        Argument("path", WORD, "of a file here; or data and file_name"),
        Argument("data", BYTES, "base64"),
        Argument("file_name", WORD, "e.g. taxi.pdf"),
    ]

    async def run(call: Call, arguments: Arguments) -> str:
        given, changes = arguments.given(), call.changes(system)
        file = await _file(call, name, attachment, given, type(arguments).model_fields)
        place = await locate(changes.api, resource, given)
        snapshot = await changes.current(place, given[resource.key])
        if getattr(snapshot.record, attachment.has):
            snapshot = await _asked(call, system, place, attachment, given, file)
        change = await changes.attach(place, attachment, snapshot, file)
        undo = None if attachment.off and not getattr(snapshot.record, attachment.has) else no_undo(system)
        return write_answer(f"Attached {quoted(file.name)} to", system, resource, change, undo=undo)

    return Tool(
        name=name,
        says=f"Attach a {attachment.noun} ({', '.join(attachment.kinds[:-1])}) to {resource.one}; asks a person before"
        " it replaces one.",
        toolset=resource.toolset,
        hints=Hints(destroys=True),
        arguments=model(name, *takes, asks=True),
        run=run,
        untouched="Nothing was changed.",
    )


async def _file(
    call: Call, name: str, attachment: Attachment, given: Mapping[str, Any], known_names: Collection[str]
) -> AttachedFile:
    """Return the file that the arguments name or contain, checked before anything is sent.

    Raises:
        InvalidArguments: there is none, or it may not be sent.
    """
    source = "path" if "path" in given else "data"
    if ("path" in given) == ("data" in given) or (source == "data" and "file_name" not in given):
        raise InvalidArguments(name, ["takes either path, or data and file_name"], known=known_names)
    try:
        if source == "path":
            data = await anyio.to_thread.run_sync(
                lambda: content(given["path"], call.desk.folders, most=attachment.most)
            )
        else:
            data = base64.b64decode(given["data"], validate=True)
        return checked(given.get("file_name") or PurePath(given["path"]).name, data, attachment)
    except UnfitFile as unfit:
        raise InvalidArguments(name, [f"{source} {unfit}"], known=known_names) from None


async def _asked(
    call: Call, system: System, place: Place, attachment: Attachment, given: Mapping[str, Any], file: AttachedFile
) -> Snapshot[Record]:
    """Return the record as just read, after a person confirmed that its present file is destroyed.

    Raises:
        NotConfirmed: nobody confirmed.
    """
    id, noun = int(given[place.resource.key]), attachment.noun

    async def propose() -> tuple[Intention, Snapshot[Record]]:
        snapshot = await call.changes(system).current(place, id)
        record = snapshot.record
        proposed = Intention(
            asks="replace",
            does="replace",
            system=system,
            resource=place.resource,
            names=[
                f"the {noun} of {place.resource.word} {name_and_id(place.resource, record, most=most)}" for most in CUT
            ],
            apart=await apart(call, system, place.resource, record),
            by=f" by {quoted(file.name, most=None)}",
            content=(facts(record), file.name, file.digest),
            shown=Shown(name=place.resource.name_of(record), fields=((f"new {noun}", f"{file.name}, {_size(file)}"),)),
            record=record,
        )
        return proposed, snapshot

    asking = Asking(f"attach_{noun}", {**given, **({"data": "…"} if "data" in given else {})})
    _, snapshot = await ask(call, asking, matter_of(call, system, place.resource, id, noun=noun), propose)
    return snapshot


def _title(resource: Kind) -> str:
    return resource.word.capitalize()


def _size(file: AttachedFile) -> str:
    return f"{file.kind}, {len(file.data):,} bytes"
