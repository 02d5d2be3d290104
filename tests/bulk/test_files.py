"""Files of contacts as people have them: separators, encodings, headers in three languages, vCards of four programs."""

import pytest

from harvest_mcp.text.contact_files.encodings import decoded
from harvest_mcp.text.contact_files.tables import table
from tests.bulk.files import BROKEN, FILES, File, read
from tests.holds import holds_for


def test_there_are_thirty_whole_files_and_ten_broken_ones() -> None:
    assert (len(FILES), len(BROKEN)) == (30, 10)


@holds_for("file", FILES)
def test_a_file_reads_as_its_rows(file: File) -> None:
    told = read(file.data)
    assert [row.values for row in told.rows] == list(file.rows)
    assert [row.problem for row in told.rows] == [""] * len(file.rows)


@holds_for("file", BROKEN)
def test_a_broken_file_says_what_is_wrong_and_gives_the_rows_that_are_whole(file: File) -> None:
    if isinstance(file.rows, str):
        with pytest.raises(ValueError, match=file.rows):
            read(file.data)
        return
    assert [row.problem or row.values for row in read(file.data).rows] == list(file.rows)


def test_it_is_told_how_a_table_was_understood() -> None:
    told = read("Vorname;Nachname;Kunde;Schuhgröße\nAna;Souza;Kestrel;38\n".encode("cp1252"))
    assert told.understood == [
        "separated by semicolons",
        "Vorname = first_name, Nachname = last_name, Kunde = company",
        "not used: Schuhgröße",
    ]


def test_a_quote_that_nothing_closes_is_refused_and_swallows_no_rows_silently() -> None:
    opened = 'first_name,last_name,comment\nA,B,x\nC,D,"y\nE,F,z\nG,H,\n'
    with pytest.raises(ValueError, match="line 3 opens a quote that nothing closes"):
        table(opened, {})
    whole = table(opened.replace('"y', '"y\nand more"').replace("G,H,", 'G,5" pipe,'), {})
    assert [row.values.get("last_name") for row in whole.rows] == ["B", "D", "F", '5" pipe']


def test_the_rule_below_the_headers_of_a_markdown_table_is_no_row() -> None:
    told = table("| Vorname | Nachname | Firma |\n|---|:--|---|\n| A | B | Acme |\n", {})
    assert [row.values for row in told.rows] == [{"first_name": "A", "last_name": "B", "company": "Acme"}]


def test_a_workbook_says_what_to_do() -> None:
    with pytest.raises(ValueError, match="it is a workbook or another archive; save it as CSV"):
        decoded(b"PK\x03\x04xlsx")
