"""Every text of every record, and every string of every answer: nothing hides in any of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle

import pytest

from harvest_mcp.sandbox import open_account
from harvest_mcp.spec import Era as Profile
from harvest_mcp.spec import Plan, fields
from harvest_mcp.systems.harvest import HARVEST
from tests.conftest import Era, Reply

from .hidden import CARRIED, raw, shown
from .play import CHECKED, every_tool
from .stage import RESOURCES, listening, parts, sign, texts

pytestmark = pytest.mark.anyio
PROFILES: Mapping[Era, Sequence[Profile]] = {"auto": ("classic", "docs", "late"), "legacy": ("late",)}
"""The last one has every text there is."""
SOME = (0x202E, 0x200B, 0x2066, 0xE0041, 0xFE01, 0x85, 0x9B, 0x7F, 0x2028, 0x3164, 0xAD, 0x2800, 0xFEFF, 0xE0100)
"""A turn of direction, nothing at all, a tag, selectors, controls of terminals, line ends, blanks."""
CHUNK = 100


async def heard(points: Sequence[int], *, profile: Profile, era: Era) -> list[tuple[str, str]]:
    """Everything that is told about an account that hides these characters in every text, by the tool that told it."""
    hidden = "".join(
        f"{chr(point)}x" for point in points
    )  # each by itself: next to each other, some are as they should be
    answers = cycle(["decline", "yes"])

    def reply() -> Reply:
        return "yes" if next(answers) == "yes" else "decline"

    with open_account(profile=profile, calls=None, seeded=False) as sandbox:
        async with listening(sandbox, era=era, reply=reply) as stage:
            await every_tool(stage, hidden)
            return stage.heard


def columns_shown(said: list[tuple[str, str]], tool: str, noun: str) -> set[str]:
    """The columns whose text a tool showed, with its first hidden character written out."""
    mine = "\n".join(text for by, text in said if by == tool)
    names = (
        texts(HARVEST.resource(noun))
        if noun != "part"
        else [name for view in HARVEST.views for name in parts(view.record)]
    )
    return {name for name in names if sign(noun, name) + shown(SOME[0]) in mine}


@pytest.mark.eras
async def test_nothing_hides_in_any_string_of_any_answer(era: Era) -> None:
    said = [each for profile in PROFILES[era] for each in await heard(SOME, profile=profile, era=era)]
    leaks = Counter((tool, character) for tool, text in said for character in raw(text))
    assert leaks == Counter()
    covered = 0
    for resource in RESOURCES:
        everything = set(texts(resource))
        columns = fields(resource.record)
        for verb, wanted in (
            ("get", everything),
            ("create", (everything & {item.name for item in resource.writable()}) - CHECKED),
            ("list", {name for name in everything if not columns[name].inner}),
        ):
            found = columns_shown(said, HARVEST.tool(verb, resource), resource.noun)
            assert found >= wanted, f"{verb} {resource.noun} was expected to show {wanted - found}"
            covered += len(found)
        assert columns_shown(said, "search_records", resource.noun) >= set(resource.label)
        assert columns_shown(said, HARVEST.tool("delete", resource), resource.noun) >= {resource.label[0]}
    for view in HARVEST.views:
        found = columns_shown(said, view.name, "part")
        assert found >= set(parts(view.record))
        covered += len(found)
    for tool in ("get_change", "undo_change"):
        assert any(shown(SOME[0]) in text for by, text in said if by == tool)
    print(
        f"{len(said)} strings of {len({tool for tool, _ in said})} tools and prompts, {covered} text fields shown with"
        f" {len(SOME)} hidden characters each, {era}, {', '.join(PROFILES[era])}: {sum(leaks.values())} raw"
    )


async def test_waiting_is_told_in_words_that_hide_nothing(era: Era) -> None:
    with open_account(calls=None, seeded=False) as sandbox:
        async with listening(sandbox, era=era, plan=Plan(calls=2, seconds=1, pause=1)) as stage:
            for _ in range(3):
                await stage.call("who_am_i")
    waits = [text for by, text in stage.heard if by == "who_am_i" and text.startswith("Waiting ")]
    assert waits == ["Waiting 1 s for the account's call budget."]


@pytest.mark.eras
@pytest.mark.soak
async def test_no_hidden_character_of_unicode_gets_through_any_tool(era: Era) -> None:
    strings, leaks = 0, Counter[tuple[str, str]]()
    profiles = cycle(PROFILES["auto"])
    for start in range(0, len(CARRIED), CHUNK):
        said = await heard(CARRIED[start : start + CHUNK], profile=next(profiles), era=era)
        strings += len(said)
        leaks.update((tool, character) for tool, text in said for character in raw(text))
    print(f"{len(CARRIED)} hidden characters in every text field, {strings} strings, {era}: {sum(leaks.values())} raw")
    assert leaks == Counter()
