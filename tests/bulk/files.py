"""Thirty files of contacts as people have them, and ten that are broken: what each reads as."""

# ruff: noqa: E501 - files as they are, each in one line

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvest_mcp.text.contact_files.encodings import decoded
from harvest_mcp.text.contact_files.rows import ReadFile
from harvest_mcp.text.contact_files.tables import table
from harvest_mcp.text.contact_files.vcards import is_vcard, vcards

ANA = {"first_name": "Ana", "last_name": "Souza", "email": "ana@kestrel.example"}
ZOE = {"first_name": "Zoë", "last_name": "Lefèvre", "email": "zoe@bleu.example"}


@dataclass(frozen=True, slots=True)
class File:
    """The bytes, and the rows they hold; a text in place of rows is why one cannot be read."""

    name: str
    data: bytes
    rows: Sequence[Mapping[str, str] | str]


def read(data: bytes) -> ReadFile:
    text, _ = decoded(data)
    text = text.removeprefix("\ufeff")
    return vcards(text) if is_vcard(text) else table(text, {})


BOTH = "first name,last name,email\nAna,Souza,ana@kestrel.example\nZoë,Lefèvre,zoe@bleu.example\n"
GERMAN = "Vorname;Nachname;E-Mail\r\nAna;Souza;ana@kestrel.example\r\nZoë;Lefèvre;zoe@bleu.example\r\n"
FRENCH = "Prénom\tNom\tCourriel\nAna\tSouza\tana@kestrel.example\nZoë\tLefèvre\tzoe@bleu.example\n"
CARD = "BEGIN:VCARD\r\nVERSION:{}\r\n{}\r\nEND:VCARD\r\n"
OUTLOOK = (
    "N;CHARSET=Windows-1252:Lef=E8vre;Zo=EB\r\nFN:Zoe\r\nORG:Atelier Bleu;Achats\r\nTITLE:Acheteuse\r\n"
    "TEL;WORK;VOICE:+33 1 42 68 53 00\r\nTEL;CELL;VOICE:06 39 98 01 01\r\nTEL;WORK;FAX:+33 1 42 68 53 01\r\n"
    "ADR;WORK;PREF:;;4 rue du Lac;Lyon;;69003;France\r\nEMAIL;PREF;INTERNET:zoe@bleu.example"
).replace("N;CHARSET=Windows-1252:", "N;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:")
OUTLOOK_READ = {
    "last_name": "Lefèvre", "first_name": "Zoë", "company": "Atelier Bleu", "department": "Achats",
    "title": "Acheteuse", "phone_office": "+33 1 42 68 53 00", "phone_mobile": "06 39 98 01 01",
    "fax": "+33 1 42 68 53 01", "street": "4 rue du Lac", "city": "Lyon", "zip": "69003", "country": "France",
    "email": "zoe@bleu.example",
}  # fmt: skip
APPLE = (
    "PRODID:-//Apple Inc.//macOS 14//EN\r\nN:Souza;Ana;Maria;;\r\nFN:Ana Maria Souza\r\nORG:Kestrel & Sons;\r\n"
    "EMAIL;type=INTERNET;type=WORK;type=pref:ana@kestrel.example\r\nitem1.TEL;type=pref:+1 212 555 0100\r\n"
    "item1.X-ABLabel:_$!<Other>!$_\r\nTEL;type=CELL;type=VOICE:+1 646 555 0101\r\nNOTE:Prefers mornings\\, not\r\n"
    " es in two lines\\nand a third"
)
APPLE_READ = {
    "last_name": "Souza", "first_name": "Ana Maria", "company": "Kestrel & Sons", "email": "ana@kestrel.example",
    "phone": "+1 212 555 0100", "phone_mobile": "+1 646 555 0101",
    "comment": "Prefers mornings, notes in two lines\nand a third",
}  # fmt: skip
GOOGLE = (
    "FN:Ana Souza\r\nN:Souza;Ana;;;\r\nEMAIL;TYPE=INTERNET,WORK:ana@kestrel.example\r\n"
    "TEL;TYPE=WORK:+1 212 555 0100\r\nADR;TYPE=HOME:;;1 Quay;Cork;;T12;Ireland\r\nORG:Kestrel"
)
GOOGLE_READ = {
    **ANA, "phone_office": "+1 212 555 0100", "street": "1 Quay", "city": "Cork", "zip": "T12", "country": "Ireland",
    "company": "Kestrel",
}  # fmt: skip
FOUR = (
    "FN:Ana Souza\r\nN:Souza;Ana;;;\r\nEMAIL;PREF=2:old@kestrel.example\r\nEMAIL;PREF=1:ana@kestrel.example\r\n"
    'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+1-212-555-0100\r\nORG;SORT-AS="kestrel":Kestrel'
)
FOUR_READ = {**ANA, "phone_office": "+1-212-555-0100", "company": "Kestrel"}
LONG = "NOTE;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=C3=9Fe=\r\n aus =\r\nK=C3=B6ln\r\nN:Souza;Ana"

FILES = [
    File("commas", BOTH.encode(), [ANA, ZOE]),
    File("semicolons, German headers", GERMAN.encode(), [ANA, ZOE]),
    File("tabs, French headers", FRENCH.encode(), [ANA, ZOE]),
    File("bars", BOTH.replace(",", "|").encode(), [ANA, ZOE]),
    File("UTF-8 with its mark", b"\xef\xbb\xbf" + BOTH.encode(), [ANA, ZOE]),
    File("Windows-1252", GERMAN.encode("cp1252"), [ANA, ZOE]),
    File("UTF-16 with its mark", FRENCH.encode("utf-16"), [ANA, ZOE]),
    File("UTF-16 the other way", b"\xfe\xff" + FRENCH.encode("utf-16-be"), [ANA, ZOE]),
    File("UTF-16 without a mark", FRENCH.encode("utf-16-le"), [ANA, ZOE]),
    File("Excel's sep=;", ("sep=;\r\n" + GERMAN).encode(), [ANA, ZOE]),
    File("Excel's sep=,", ("SEP=,\n" + BOTH).encode(), [ANA, ZOE]),
    File("quotes with the separator in them", b'First,Last,E-mail\n"Ana","Sou,za",ana@kestrel.example\n',
         [{**ANA, "last_name": "Sou,za"}]),
    File("a quote within quotes", b'first name,last name,email\n"Ana ""Nina""",Souza,ana@kestrel.example\n',
         [{**ANA, "first_name": 'Ana "Nina"'}]),
    File("a cell of two lines", b'first name,last name,email,notes\nAna,Souza,ana@kestrel.example,"one\ntwo"\n',
         [{**ANA, "comment": "one\ntwo"}]),
    File("blank rows and blanks around", b"\n first name , last name ,email\n\n Ana , Souza ,ana@kestrel.example\n,,\n\n",
         [ANA]),
    File("a title above the headers", b"Our contacts,,\nas of March,,\nfirst name,last name,email\nAna,Souza,ana@kestrel.example\n",
         [ANA]),
    File("old Macintosh line ends", BOTH.replace("\n", "\r").encode(), [ANA, ZOE]),
    File("one name, last first", b'Name;Firma;Mail\n"Souza, Ana";Kestrel;ana@kestrel.example\n',
         [{"name": "Souza, Ana", "company": "Kestrel", "email": "ana@kestrel.example"}]),
    File("one name, first first", b"Full Name,Company,Email Address\nAna Souza,Kestrel,ana@kestrel.example\n",
         [{"name": "Ana Souza", "company": "Kestrel", "email": "ana@kestrel.example"}]),
    File("Name beside Vorname", b"Name;Vorname;Mail\nSouza;Ana;ana@kestrel.example\n", [ANA]),
    File("Outlook, English", b'"Title","First Name","Last Name","Company","Job Title","Business Phone","Mobile Phone","E-mail Address"\n"","Ana","Souza","Kestrel","Buyer","+1 212 555 0100","+1 646 555 0101","ana@kestrel.example"\n',
         [{**ANA, "company": "Kestrel", "title": "Buyer", "phone_office": "+1 212 555 0100", "phone_mobile": "+1 646 555 0101"}]),
    File("Google, English", b"First Name,Last Name,Organization Name,E-mail 1 - Value,Phone 1 - Value\nAna,Souza,Kestrel,ana@kestrel.example,+1 212 555 0100\n",
         [{**ANA, "company": "Kestrel", "phone_office": "+1 212 555 0100"}]),
    File("French, whole", "Civilité;Prénom;Nom;Société;Fonction;Téléphone;Portable;E-mail;Rue;Code postal;Ville\nMme;Zoë;Lefèvre;Atelier Bleu;Acheteuse;01 42 68 53 00;06 39 98 01 01;zoe@bleu.example;4 rue du Lac;69003;Lyon\n".encode("cp1252"),
         [{**ZOE, "salutation": "Mme", "company": "Atelier Bleu", "title": "Acheteuse", "phone": "01 42 68 53 00", "phone_mobile": "06 39 98 01 01", "street": "4 rue du Lac", "zip": "69003", "city": "Lyon"}]),
    File("German, whole", "Anrede;Vorname;Nachname;Firma;Position;Telefon;Handy;E-Mail-Adresse;Straße;PLZ;Ort;Bemerkung\nFrau;Ana;Souza;Kestrel;Einkauf;089 555 001;0171 5550100;ana@kestrel.example;Weg 1;80331;München;neu\n".encode(),
         [{**ANA, "salutation": "Frau", "company": "Kestrel", "title": "Einkauf", "phone": "089 555 001", "phone_mobile": "0171 5550100", "street": "Weg 1", "zip": "80331", "city": "München", "comment": "neu"}]),
    File("columns nobody knows", b"first name,shoe size,last name,email\nAna,38,Souza,ana@kestrel.example\n", [ANA]),
    File("vCard 2.1 of Outlook", CARD.format("2.1", OUTLOOK).encode(), [OUTLOOK_READ]),
    File("vCard 3.0 of Apple", CARD.format("3.0", APPLE).encode(), [APPLE_READ]),
    File("vCard 3.0 of Google", CARD.format("3.0", GOOGLE).encode(), [GOOGLE_READ]),
    File("vCard 4.0", CARD.format("4.0", FOUR).encode(), [FOUR_READ]),
    File("several vCards, one in quoted-printable lines", (CARD.format("2.1", LONG) + CARD.format("4.0", FOUR)).encode(),
         [{"comment": "Grüße aus Köln", "last_name": "Souza", "first_name": "Ana"}, FOUR_READ]),
]  # fmt: skip

NO_HEADERS = "no line of it reads as headers"
BROKEN = [
    File("no headers", b"Ana,Souza,ana@kestrel.example\n", NO_HEADERS),
    File("headers that name nobody", b"colour,size\nred,7\n", NO_HEADERS),
    File("nothing", b"\n\n", NO_HEADERS),
    File("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "it is no text"),
    File("half an UTF-16", FRENCH.encode("utf-16")[:-1], "truncated data"),
    File("a row with more cells than headers", b"first name,last name,email\nAna,Souza,ana@kestrel.example,x\n",
         ["it has 4 cells, and the headers are 3"]),
    File("a vCard that does not end", b"BEGIN:VCARD\nVERSION:3.0\nN:Souza;Ana\n", ["the card does not end"]),
    File("a vCard within that does not end", ("BEGIN:VCARD\nN:Lost;Lena\n" + CARD.format("4.0", FOUR)).encode(),
         ["the card does not end", FOUR_READ]),
    File("a vCard of nobody", CARD.format("3.0", "EMAIL:a@b.example").encode(), ["it names nobody"]),
    File("a vCard with a line that is none", (CARD.format("3.0", "N:Souza;Ana\nhello there") + CARD.format("4.0", FOUR)).encode(),
         ["its line 'hello there' is not valid in a card", FOUR_READ]),
]  # fmt: skip
