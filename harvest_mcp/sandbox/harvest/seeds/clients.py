"""The studio's clients: name, currency, active, days since creation, days since update, details."""

from typing import NamedTuple


class Seed(NamedTuple):
    name: str
    currency: str
    active: bool
    created: int
    updated: int
    details: str


CLIENTS = (
    Seed(
        "SuprCorp", "USD", True, 730, 41,
        "123 Main St.\nThird Floor\nNew York, NY 10011\nUSA\n212-555-1212\n212-555-1213 (fax)\nhttp://www.company.com",
    ),
    Seed("Acme", "USD", True, 722, 300, "1 Desert Road\nTucson, AZ 85701\nUSA"),
    Seed("Kestrel & Sons", "EUR", True, 715, 12, "5 Quay Road\nBremen"),
    Seed("O'Malley & Daughters Brewing", "EUR", True, 702, 66, "14 Shop Street\nGalway H91 FX2K\nIreland"),
    Seed("Café Zoë", "EUR", True, 690, 690, "3 rue de l'Église\n67000 Strasbourg\nFrance"),
    Seed("Bäckerei Groß", "EUR", True, 688, 3, "Am Weißen Tor 9\n06108 Halle (Saale)\nGermany\nUSt-IdNr. DE 999999999"),
    Seed("Atelier Lumière", "EUR", True, 671, 210, "28 quai Rambaud\n69002 Lyon\nFrance\n\nInvoices by e-mail only."),
    Seed("מאפיית השחר", "ILS", True, 655, 30, "רחוב הרצל 12\nתל אביב\nIsrael"),
    Seed("BluePeak", "USD", True, 640, 18, "400 Pearl St.\nBoulder, CO 80302\nUSA"),
    Seed("Bluepeak", "CAD", True, 402, 95, "77 Granville St.\nVancouver, BC V6C 1S4\nCanada"),
    Seed("Halvorsen Marine AS", "NOK", True, 633, 151, "Bryggen 4\n5003 Bergen\nNorway"),
    Seed("Fjord & Fell Outdoor", "NOK", False, 629, 365, "Storgata 21\n9008 Tromsø\nNorway"),
    Seed("Søstrene Holm", "DKK", True, 618, 9, "Åboulevarden 31\n8000 Aarhus C\nDenmark"),
    Seed("Grönvall Arkitekter", "SEK", True, 601, 122, "Götgatan 55\n116 21 Stockholm\nSweden"),
    Seed("Pellegrini & Figli", "EUR", True, 590, 44, "Via dei Mille 8\n10123 Torino\nItaly\nP.IVA 00000000000"),
    Seed("Livraria São Jorge", "EUR", True, 577, 251, "Rua do Ouro 101\n1100-060 Lisboa\nPortugal"),
    Seed("Peña y Asociados", "EUR", True, 561, 27, "Calle Mayor 17, 2º izq.\n28013 Madrid\nSpain"),
    Seed("Žižka Logistika", "CZK", True, 550, 88, "Husitská 40\n130 00 Praha 3\nCzech Republic"),
    Seed("Wójcik Film", "PLN", True, 544, 187, "ul. Piotrkowska 120\n90-006 Łódź\nPoland"),
    Seed("Ege Zeytin", "TRY", False, 538, 410, "Kordon Caddesi 6\n35220 İzmir\nTurkey"),
    Seed("Harrowgate Museum Trust", "GBP", True, 520, 15, "2 Cathedral Close\nYork YO1 7HH\nUnited Kingdom"),
    Seed("The Tea Chest", "GBP", True, 511, 340, "19 Lamb's Conduit Street\nLondon WC1N 3NG\nUnited Kingdom"),
    Seed("MacAllister & Boyd LLP", "GBP", True, 498, 60, "40 Queen Street\nEdinburgh EH2 3NH\nUnited Kingdom"),
    Seed("Penrose Dairy", "GBP", False, 490, 290, "Trewint Farm\nTruro TR4 9AB\nUnited Kingdom"),
    Seed("Northgate Outfitters", "USD", True, 471, 6, "88 Commercial St.\nPortland, ME 04101\nUSA"),
    Seed("Casco Bay Ferries", "USD", True, 460, 33, "56 Franklin St.\nPortland, ME 04101\nUSA"),
    Seed("Dr. Amara Nwosu", "USD", True, 437, 200, "Suite 210\n15 Hospital Drive\nBangor, ME 04401\nUSA"),
    Seed("Maple & Main Realty", "USD", False, 430, 240, ""),
    Seed("Red Barn Theatre", "USD", True, 411, 77, "Route 9\nBrunswick, ME 04011\nUSA\nBox office: 207-555-0144"),
    Seed("Yoshida Ceramics 吉田陶器", "JPY", True, 388, 50, "京都市東山区清水3-2\nKyoto 605-0862\nJapan"),
    Seed("한빛 Interactive", "KRW", True, 371, 101, "서울특별시 마포구 양화로 45\nSeoul 04036\nSouth Korea"),
    Seed("Te Awa Wines", "NZD", True, 340, 21, "310 Ngatarawa Road\nHastings 4175\nNew Zealand"),
    Seed("Wattle & Daub Homes", "AUD", True, 322, 140, "7 Smith Street\nFitzroy VIC 3065\nAustralia"),
    Seed("Ubuntu Health Initiative", "ZAR", True, 287, 36, "12 Long Street\nCape Town 8001\nSouth Africa"),
    Seed("Mehta Textiles", "INR", True, 260, 58, "4th Floor, Kala Ghoda House\nMumbai 400001\nIndia\nGSTIN on request"),
    Seed("Éditions du Vieux-Port", "EUR", True, 205, 14, "11 quai du Port\n13002 Marseille\nFrance"),
    Seed("Zürcher Uhrwerk", "CHF", True, 171, 8, "Limmatquai 78\n8001 Zürich\nSwitzerland"),
    Seed("Nguyễn Coffee Roasters", "USD", True, 120, 25, "2301 Lake St.\nMinneapolis, MN 55408\nUSA"),
    Seed("Quill, Ink & Co.", "USD", True, 48, 5, 'c/o "The Annex"\n9 Elm St.\nConcord, NH 03301\nUSA'),
    Seed("Lindenhof Kindergarten", "EUR", True, 11, 2, "Lindenallee 1\n26122 Oldenburg\nGermany"),
    Seed("Brightwater Sauna Club", "USD", True, 0, 0, "Opening in spring.\nAddress to follow."),
)  # fmt: skip
