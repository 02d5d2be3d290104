"""No character of a record's text hides: what cannot be seen, or turns the text around, is written out."""

import csv
import io
import json
import unicodedata

import pytest

from harvest_mcp.sandbox import Fault, Sandbox
from harvest_mcp.systems.harvest import CLIENTS, CONTACTS
from harvest_mcp.text.render import MARK, visible
from tests.conftest import Era, talking
from tests.holds import holds_for
from tests.tools.kit import ACME, SUPRCORP

IGNORABLE = (
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    *range(0xFE00, 0xFE10),
    *(0xFEFF, 0xFFA0),
    *range(0xFFF0, 0xFFF9),
    *range(0x1BCA0, 0x1BCA4),
    *range(0x1D173, 0x1D17B),
    *range(0xE0000, 0xE1000),
)
"""Default_Ignorable_Code_Point (DerivedCoreProperties.txt): all 4,174 of them."""
SIGNS = frozenset((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
"""Format characters that show as signs: Prepended_Concatenation_Mark (PropList.txt)."""
HIEROGLYPHS = range(0x13430, 0x13440)
"""Format controls of Egyptian hieroglyphs; Python 3.11 does not know all of them yet."""
LIKE_NOTHING = (0x2800, 0xFFFC, 0x13440, 0x13441, 0x13442, 0x16FE4, 0x1D159)
"""Blanks of Braille, of an object, of hieroglyphs (and their mirror), of Khitan and of music."""
NOT_CHARACTERS = (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000))


def hides(point: int) -> bool:
    """Whether a code point must be written out wherever it stands alone."""
    kind = unicodedata.category(chr(point))
    if kind in ("Cc", "Zl", "Zp"):
        return point not in (0x9, 0xA)
    return (kind == "Cf" and point not in SIGNS) or point in HIDDEN


HIDDEN = frozenset((*IGNORABLE, *HIEROGLYPHS, *LIKE_NOTHING, *NOT_CHARACTERS))


def test_there_are_4174_code_points_to_be_ignored() -> None:
    assert len(IGNORABLE) == len(set(IGNORABLE)) == 4174


def test_every_code_point_that_hides_is_written_out() -> None:
    hiding = [point for point in range(0x110000) if hides(point)]
    text = "|".join(chr(point) for point in hiding)
    assert visible(text) == "|".join(f"⟦U+{point:04X}⟧" for point in hiding)
    assert [visible(chr(point)) for point in hiding] == [f"⟦U+{point:04X}⟧" for point in hiding]


def test_every_other_code_point_stays_as_it_is() -> None:
    text = "".join(chr(point) for point in range(0x110000) if not hides(point))
    assert visible(text) == text


def test_every_mark_is_recognised_as_one() -> None:
    assert all(MARK.fullmatch(visible(chr(point))) for point in range(0x110000) if hides(point))


def test_direction_and_tag_characters_in_a_row_are_all_written_out() -> None:
    assert visible("a\u202e\u202db\U000e0041\U000e007f") == "a⟦U+202E⟧⟦U+202D⟧b⟦U+E0041⟧⟦U+E007F⟧"


@holds_for(
    ("text", "shown"),
    [
        ("a\r\nb\n\tc", "a\r\nb\n\tc"),
        ("a\rb", "a⟦U+000D⟧b"),
        ("a\r\r\nb", "a⟦U+000D⟧\r\nb"),
        ("a\x85b\x0bc\x0cd", "a⟦U+0085⟧b⟦U+000B⟧c⟦U+000C⟧d"),
        ("\ud83d\ude00", "⟦U+D83D⟧⟦U+DE00⟧"),
        ("Caf\ufffd", "Caf\ufffd"),
    ],
)
def test_line_ends_stay_and_their_halves_do_not(text: str, shown: str) -> None:
    assert visible(text) == shown


EMOJI = [
    "👩‍💻",
    "👨‍👩‍👧‍👦",
    "🏳️‍🌈",
    "🏴‍☠️",
    "❤️‍🔥",
    "👁️‍🗨️",
    "🧑🏽‍🚀",
    "🏃🏽‍♀️",
    "#️⃣",
    "1️⃣",
    "☎️",
    "☎︎",
    "↔️",
    "‼️",
    "〰️",
    "ℹ️",
    "◾️",
    "⤴️",
    "™️",
    "㊗️",
]
SCRIPTS = [
    "می‌خواهم",  # Persian
    "خانهٔ‌ما",  # a mark between the letter and the joiner
    "क्‍ष",  # Devanagari
    "शक्‍ति",
    "র‌্যাব",  # Bengali
    "ශ්‍රී ලංකා",  # Sinhala
    "അവന്‍ വന്നു",  # Malayalam, at the end of a word
    "ನನ್‌ನ",  # Kannada
]


@holds_for("text", [*EMOJI, *SCRIPTS])
def test_joiners_and_selectors_stay_where_a_script_or_an_emoji_needs_them(text: str) -> None:
    assert visible(text) == text
    assert visible(f"a {text} b") == f"a {text} b"


@holds_for(
    ("text", "shown"),
    [
        ("a\u200db", "a⟦U+200D⟧b"),
        ("\u200d", "⟦U+200D⟧"),
        ("👩\u200d", "👩⟦U+200D⟧"),
        ("\u200d👩", "⟦U+200D⟧👩"),
        ("👩\u200d\u200d💻", "👩⟦U+200D⟧⟦U+200D⟧💻"),
        ("👩\u200da", "👩⟦U+200D⟧a"),
        ("^\u200d^", "^⟦U+200D⟧^"),
        ("a\u0301\u200cb", "a\u0301⟦U+200C⟧b"),
        ("خ\u200c\u200cم", "خ⟦U+200C⟧⟦U+200C⟧م"),
        ("क्\u200d\u200d", "क्\u200d⟦U+200D⟧"),
        ("☎\ufe0f\ufe0f", "☎\ufe0f⟦U+FE0F⟧"),
        ("1\ufe0f2\ufe0e", "1⟦U+FE0F⟧2⟦U+FE0E⟧"),
        ("a\ufe0f", "a⟦U+FE0F⟧"),
        ("`\ufe0f", "`⟦U+FE0F⟧"),
        ("🏴\U000e0067\U000e007f", "🏴⟦U+E0067⟧⟦U+E007F⟧"),
    ],
)
def test_joiners_and_selectors_anywhere_else_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_of_joiners_and_marks_takes_no_time() -> None:
    for text in ("\u200d" * 50_000, "\u0301" * 50_000 + "\u200d", "\u0301\u200d" * 25_000, "👩\u200d" * 25_000):
        assert len(visible(text)) >= len(text)


ODD = "a\u202eb\u200bc\u2066d\ufeffe\U000e0041f\x85g"
SHOWN = "a⟦U+202E⟧b⟦U+200B⟧c⟦U+2066⟧d⟦U+FEFF⟧e⟦U+E0041⟧f⟦U+0085⟧g"


@pytest.mark.anyio
@pytest.mark.eras
async def test_a_record_full_of_them_is_shown_with_marks_by_every_tool(sandbox: Sandbox, era: Era) -> None:
    texts = ("first_name", "last_name", "email", "phone_office", "phone_mobile", "fax", "title")
    client = sandbox.put(CLIENTS, name=f"Odd {ODD}", active=True, details=ODD, currency=ODD, currency_symbol=ODD)
    contact = sandbox.put(CONTACTS, client_id=client, **dict.fromkeys(texts, ODD))
    async with talking(sandbox, era=era, reply="decline") as talk:
        record = json.loads(await talk.ok("get_contact", contact_id=contact))
        assert [record[name] for name in texts] == [SHOWN] * 7
        record = json.loads(await talk.ok("get_client", client_id=client))
        assert [record[name] for name in ("name", "details", "currency")] == [f"Odd {SHOWN}", SHOWN, SHOWN]
        answer = await talk.ok("list_contacts", client=client, fields=list(texts))
        assert list(csv.reader(io.StringIO(answer)))[2] == [str(contact), *[SHOWN] * 7]
        answer = await talk.ok("search_records", query="odd")
        assert f"client,{client},Odd {SHOWN},," in answer
        assert f"contact,{contact},{SHOWN} {SHOWN},Odd {SHOWN}," in answer
        await talk.error("delete_client", client_id=client)
        assert talk.asked[0].startswith(f'Delete client "Odd {SHOWN}" ({client}), details "{SHOWN}"? ')
        answer = await talk.error("create_client", name=f"Odd {ODD}")
        assert answer.startswith(f'This client may already be there: "Odd {SHOWN}" ({client}).')
        answer = await talk.error("list_contacts", client="Odd")
        assert f'Similar: "Odd {SHOWN}" ({client})' in answer
        answer = await talk.ok("update_client", client_id=client, currency="Euro - EUR")
        assert f'Updated client "Odd {SHOWN}" ({client}).' in answer


@pytest.mark.anyio
async def test_the_vendors_words_are_shown_with_marks(sandbox: Sandbox, era: Era) -> None:
    sandbox.fail(Fault("status", "400", method="PUT", body=f"<error><message>{ODD}</message></error>".encode()))
    async with talking(sandbox, era=era) as talk:
        assert await talk.error("update_client", client_id=SUPRCORP, name="Even") == (
            f'Harvest refused this (400): "{SHOWN.replace("⟦U+0085⟧", " ")}" (Harvest\'s words). Nothing was changed.'
        )


@pytest.mark.anyio
async def test_a_text_with_a_mark_is_not_written_back(sandbox: Sandbox, era: Era) -> None:
    odd = sandbox.put(CONTACTS, client_id=ACME, first_name=ODD, last_name="B")
    async with talking(sandbox, era=era) as talk:
        shown = json.loads(await talk.ok("get_contact", contact_id=odd))["first_name"]
        assert (await talk.error("update_contact", contact_id=odd, first_name=shown)).startswith(
            "first_name holds a mark such as ⟦U+202E⟧ that stands for an invisible character;"
        )
        assert talk.wire() == []


@pytest.mark.anyio
async def test_a_text_that_hides_something_is_stored_as_sent_and_shown_with_marks(sandbox: Sandbox, era: Era) -> None:
    async with talking(sandbox, era=era) as talk:
        answer = await talk.ok("update_client", client_id=ACME, details="right\u200fleft")
        assert json.loads(answer.split("\n")[1])["details"] == "right⟦U+200F⟧left"
    stored = sandbox.store.get(CLIENTS, ACME)
    assert stored is not None
    assert stored["details"] == "right\u200fleft"
