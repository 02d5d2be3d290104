"""The answer to an undo: what is as before, what is not, and what stays."""

from collections.abc import Iterator, Sequence

from harvest_mcp.changes import Change, Entry
from harvest_mcp.changes.looking import differing, typed
from harvest_mcp.changes.undo import UndoPlan, otherwise
from harvest_mcp.spec import Record, Resource, System, fields
from harvest_mcp.text.render import as_json
from harvest_mcp.tools.arguments.references import name_and_id
from harvest_mcp.tools.journal.record_names import called
from harvest_mcp.tools.questions.write_results import join_sentences, may_stay, not_visible_yet, unnoted

Kind = Resource[Record]


def record_words(system: System | None, entry: Entry) -> str:
    """Return the record an entry is about: `contact 9`, `incwo contact 9`."""
    noun = called(system, entry.noun) if system else entry.noun
    return f"{noun} {entry.record}" if entry.record else f"{noun} (new)"


def undo_answer(
    system: System, resource: Kind, entry: Entry, how: UndoPlan, made: Sequence[Change[Record]], *, now: str = ""
) -> str:
    """Return the answer to an undo: `made` are its writes, if any were left; `now` tells of other records."""
    what = record_words(system, entry).replace("_", " ")
    if not made:
        there = "gone" if how.does == "delete" else "as it was before"
        but = f", but for {', '.join(how.lost)}, which nothing restores" if how.lost else ""
        return join_sentences(f"{what.capitalize()} is {there} already{but}; change {entry.id} counts as undone.", now)
    ids = " and ".join(str(change.entry) for change in made)
    by = f"That is change {ids}." if len(made) == 1 else f"Those are changes {ids}."
    if how.does == "delete":
        done = "deleted" if made[-1].record is None else "archived, not deleted,"
        said = f"Undid change {entry.id}: {done} {what}. {by}"
        return join_sentences(said, unnoted(made[-1]), *_stays(system, resource, entry), now)
    last = made[-1]
    if last.record is None:
        stays = may_stay(system, resource, typed(resource, entry.sent), how.values)
        return join_sentences(
            f"Undo of change {entry.id}:", not_visible_yet(resource, last), by, unnoted(last), stays, *_left(entry), now
        )
    named = name_and_id(resource, last.record)
    new = f" under the new id {last.id}" if how.does == "create" else ""
    apart = list(_apart(resource, entry, how, last.record))
    line = f"Undid change {entry.id}: {resource.word} {named} {_is(how, apart)}{new}."
    line = join_sentences(line, by, unnoted(last), *apart, *_left(entry), now)
    return f"{line}\n{as_json(last.record)}"


def later(system: System, resource: Kind, entry: Entry, how: UndoPlan, made: Change[Record]) -> str:
    """Return the outcome of an undo that does not show yet, as one of several, and what may stay of it."""
    told = f"accepted, not visible yet: get_change(change_id={made.entry}) tells in a minute."
    return join_sentences(told, may_stay(system, resource, typed(resource, entry.sent), how.values))


def _is(how: UndoPlan, apart: Sequence[str]) -> str:
    """Return `as it was`, if it is."""
    if apart:
        return "is made again" if how.does == "create" else "is changed back"
    return "is as it was"


def _apart(resource: Kind, entry: Entry, how: UndoPlan, now: Record) -> Iterator[str]:
    """Yield what is not as it was before, in sentences."""
    gone = list[str]()
    if how.does == "create" or (how.does == "update" and resource.record.follow):
        gone, changed = otherwise(resource, entry, now)
        if changed:
            yield f"Otherwise than before: {', '.join(changed)}."
    elif names := differing(now, how.values):
        yield f"Stored otherwise than before: {', '.join(names)}."
    if how.lost:
        yield f"Not restored: {', '.join(how.lost)}."
    if gone or how.gone:
        yield f"Gone: {', '.join((*gone, *how.gone))}."
    for rule in resource.rules if how.does == "create" else ():
        yield from rule.remade()


def _left(entry: Entry) -> Iterator[str]:
    """Yield effects on other records that the undo leaves; what a delete took along is reported as gone."""
    if entry.verb != "delete":
        yield from entry.beside or ()


def _stays(system: System, resource: Kind, entry: Entry) -> Iterator[str]:
    """Yield what a create left behind that the delete of its record leaves."""
    yield from (f"{rule.leaves.capitalize()} cannot be taken back." for rule in resource.rules if rule.leaves)
    if (column := resource.wire.assigns) and column not in entry.sent:  # created along, to be assigned
        other = system.resource(str(fields(resource.record)[column].ref))
        id = (entry.after or {}).get(column, "…")
        yield f"The new {other.word} stays; {system.tool('delete', other)}({other.key}={id}) deletes it."
    yield from _left(entry)
