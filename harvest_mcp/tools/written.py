"""What a write came to, in words."""

from harvest_mcp.changes import Change
from harvest_mcp.spec import Record, Resource, System
from harvest_mcp.tools.references import known
from harvest_mcp.tools.render import as_json, count

Kind = Resource[Record]


def told(
    done: str, system: System, resource: Kind, change: Change[Record], *, undoable: bool = True, stays: str = ""
) -> str:
    """What a write came to, the change that undoes it but not what `stays`, and the record as stored."""
    undo = f"undo_change(change_id={change.entry}) takes it back." if "delete" in resource.verbs else resource.caution
    if stays:
        undo = f"undo_change(change_id={change.entry}) deletes it again; {stays} cannot be taken back."
    undo = undo if undoable else f"{system.title} offers no call that takes it back."
    undo = f"{unnoted(change)}{undo}"
    if change.record is None:
        return f"{done} {resource.noun} {change.id}. It could not be read back; get it again to see it. {undo}"
    notes = [f"{system.title}'s answer was lost, but the change is there."] if change.settled else []
    if change.before:
        notes.append(f"The same was said {_ago(change.ago)}; that was change {change.entry}, and nothing was sent now.")
    if change.differs:
        notes.append(f"Stored otherwise than sent: {', '.join(change.differs)}.")
    line = " ".join([f"{done} {resource.noun} {known(resource, change.record)}.", *notes, undo])
    return f"{line}\n{doubted(change.record)}{as_json(change.record)}"


def so_already(resource: Kind, record: Record) -> str:
    """What is said of a record that holds what it was to be changed to."""
    line = f"{resource.noun.capitalize()} {known(resource, record)} is so already. Nothing was changed."
    return f"{line}\n{doubted(record)}{as_json(record)}"


def unnoted(change: Change[Record]) -> str:
    """A sentence for a change the journal does not know the outcome of; empty when it does."""
    return f"{change.unnoted} This outcome is noted with the next write. " if change.unnoted else ""


def doubted(record: Record) -> str:
    """A line with what does not add up in a record; empty when all does."""
    doubts = record.doubts()
    return f"# Does not add up: {'; '.join(doubts)}.\n" if doubts else ""


def _ago(seconds: float) -> str:
    return "a moment ago" if seconds < 60 else f"{count(round(seconds / 60), 'minute')} ago"
