"""The people at the studio's clients: a domain and a telephone prefix per client, and a line per person."""

from typing import NamedTuple


class SeededContact(NamedTuple):
    """A person; a mailbox without an `@` is completed with the domain, an office without a `=` with the prefix."""

    first: str
    last: str
    title: str = ""
    mailbox: str = ""
    office: str = ""
    mobile: str = ""
    fax: str = ""


P = SeededContact  # one line each
CONTACTS: dict[str, tuple[str, str, tuple[SeededContact, ...]]] = {
    "SuprCorp": ("suprcorp.example", "212.555.01", (
        P("Jane", "Doe", "President", "janedoe@example.com", "=555.555.5555", "555.555.7777", "555.555.9999"),
        P("John", "Smith", "Head of Marketing", "john.smith", "12", "917.555.0112"),
        P("John", "Smith", "Facilities", "j.smith2", "13"),
        P("Priya", "Raman", "Product Owner", "priya.raman", "14", "917.555.0139"),
        P("Luis", "Ortega", "Accounts Payable", "ap", "15", "", "212.555.0199"),
        P("Hannah", "Weiß", "Legal", "hannah.weiss", "16"),
        P("Tobias", "Okafor", "Brand Manager", "tobias.okafor", "17", "917.555.0117"),
        P("Mary Ann", "Van Houten", "Assistant to the President", "office", "10"),
    )),
    "Acme": ("acme.example", "520.555.01", (
        P("Wile", "Coyne", "Head of Testing", "wile", "20"),
        P("Marta", "Runner", "Logistics", "marta", "21", "520.555.0177"),
        P("Theo", "Anvil", "Purchasing", "theo", "22"),
    )),
    "Kestrel & Sons": ("kestrel-sons.example", "+49 421 555 0", (
        P("Heinrich", "Kestrel", "Inhaber", "heinrich", "10", "+49 171 555 0110"),
        P("Jürgen", "Kestrel", "Prokurist", "juergen", "11"),
        P("Käthe", "Müller-Lüdenscheidt", "Buchhaltung", "buchhaltung", "12"),
        P("Anna", "Schmidt", "Projekte", "a.schmidt", "13"),
        P("Dietmar", "Heß", "Hafenlogistik", "hafen", "14", "", "+49 421 555 099"),
    )),
    "O'Malley & Daughters Brewing": ("omalley-brewing.example", "+353 91 555 0", (
        P("Siobhán", "O'Malley", "Managing Director", "siobhan", "01", "+353 86 555 0101"),
        P("Gráinne", "O'Malley", "Head Brewer", "grainne", "02"),
        P("Pádraig", "Ó Conaill", "Sales", "padraig", "03", "+353 86 555 0103"),
        P("Niamh", "D'Arcy", "Events", "niamh", "04"),
    )),
    "Café Zoë": ("cafe-zoe.example", "+33 3 99 00 10 ", (
        P("Zoë", "Lefèvre", "Gérante", "zoe", "01", "+33 6 39 98 10 01"),
        P("François", "Hérault", "Chef pâtissier", "", "02"),
        P("Inès", "Weber", "Service", "salle", "03"),
    )),
    "Bäckerei Groß": ("baeckerei-gross.example", "+49 345 555 0", (
        P("Jörg", "Groß", "Bäckermeister", "joerg", "21", "+49 172 555 0121"),
        P("Ute", "Groß", "Geschäftsführung", "ute", "22"),
        P("Björn", "Öztürk", "Einkauf", "bjoern", "23"),
        P("Anna", "Schmidt", "Filialleitung", "anna.schmidt", "24"),
        P("Anna", "Schmidt", "Auszubildende", "", "25"),
    )),
    "Atelier Lumière": ("atelier-lumiere.example", "+33 4 99 00 20 ", (
        P("Hélène", "Aubépine", "Directrice artistique", "helene", "11", "+33 6 39 98 20 11"),
        P("Jean-Loup", "de la Tour", "Photographe", "jeanloup", "12"),
        P("Maëlys", "Noël", "Comptabilité", "compta", "13"),
    )),
    "מאפיית השחר": ("hashachar.example", "+972 3 555 01", (
        P("נועה", "לוי", "מנכ״לית", "noa", "31", "+972 50 555 0131"),
        P("Avi", "בן דוד", "Operations", "avi", "32"),
        P("Yael", "Mizrahi", "Marketing", "yael", "33"),
    )),
    "BluePeak": ("bluepeak.example", "303.555.01", (
        P("Tessa", "Nakamura", "CEO", "tessa", "41", "720.555.0141"),
        P("Dale", "Whitehorse", "Head of Product", "dale", "42"),
        P("Ravi", "Iyer", "Engineering", "ravi", "43"),
        P("Sam", "Lee", "Support", "support", "44"),
        P("Billing", "Department", "", "billing", "40"),
    )),
    "Bluepeak": ("bluepeak-ca.example", "604.555.01", (
        P("Sam", "Lee", "Owner", "sam", "51", "604.555.0151"),
        P("Chloé", "Tremblay", "Office", "chloe", "52"),
        P("Gurpreet", "Gill", "Site manager", "gurpreet", "53"),
    )),
    "Halvorsen Marine AS": ("halvorsen-marine.example", "+47 55 55 01 ", (
        P("Ingrid", "Halvorsen", "Daglig leder", "ingrid", "10", "+47 405 55 010"),
        P("Bjørn", "Sæther", "Flåtesjef", "bjorn", "11"),
        P("Åse", "Østby", "Innkjøp", "ase", "12"),
        P("Lars", "Nygård", "Økonomi", "faktura", "13"),
    )),
    "Fjord & Fell Outdoor": ("fjordfell.example", "+47 77 55 02 ", (
        P("Sigrid", "Lyngstad", "Butikksjef", "sigrid", "20"),
        P("Ole", "Ånestad", "", "ole", "21"),
    )),
    "Søstrene Holm": ("soestrene-holm.example", "+45 86 55 03 ", (
        P("Søren", "Kjær", "Webshop", "soeren", "30", "+45 20 55 03 30"),
        P("Mette", "Holm", "Indehaver", "mette", "31"),
        P("Trine", "Holm", "Indehaver", "trine", "32"),
        P("Kåre", "Bøgh", "Lager", "lager", "33"),
    )),
    "Grönvall Arkitekter": ("gronvall.example", "+46 8 555 04 ", (
        P("Åsa", "Grönvall", "Arkitekt SAR/MSA", "asa", "40", "+46 70 555 04 40"),
        P("Per-Erik", "Sjöström", "Arkitekt", "per-erik", "41"),
        P("Maja", "Lindqvist", "Kommunikation", "maja", "42"),
        P("Nils", "Ek", "Praktikant", "nils", ""),
    )),
    "Pellegrini & Figli": ("pellegrini.example", "+39 011 555 05", (
        P("Giuseppe", "Pellegrini", "Titolare", "giuseppe", "50"),
        P("Chiara", "Pellegrini", "Amministrazione", "chiara", "51", "+39 333 555 0551"),
        P("Niccolò", "D'Angelo", "Produzione", "niccolo", "52"),
        P("Letizia", "Forlì", "Stampa", "letizia", "53"),
    )),
    "Livraria São Jorge": ("livraria-sao-jorge.example", "+351 21 555 06", (
        P("João", "Conceição", "Livreiro", "joao", "60", "+351 91 555 0660"),
        P("Inês", "Araújo", "Eventos", "ines", "61"),
        P("Tomé", "Falcão", "Encomendas", "tome", "62"),
    )),
    "Peña y Asociados": ("pena-asociados.example", "+34 91 555 07 ", (
        P("Íñigo", "Peña", "Socio", "inigo", "70", "+34 600 55 07 70"),
        P("María José", "Núñez", "Socia", "mj.nunez", "71"),
        P("Begoña", "Ibáñez", "Secretaría", "secretaria", "72"),
        P("Ángel", "Muñoz", "Contabilidad", "", "73"),
    )),
    "Žižka Logistika": ("zizka.example", "+420 255 550 8", (
        P("Přemysl", "Žižka", "Jednatel", "premysl", "80"),
        P("Zdeňka", "Dvořáková", "Dispečink", "dispecink", "81", "+420 601 555 081"),
        P("Ondřej", "Šťastný", "Marketing", "ondrej", "82"),
    )),
    "Wójcik Film": ("wojcik-film.example", "+48 42 555 09 ", (
        P("Łukasz", "Wójcik", "Reżyser", "lukasz", "90", "+48 500 555 090"),
        P("Małgorzata", "Żak", "Producentka", "malgorzata", "91"),
        P("Święcisław", "Bąk", "Montaż", "montaz", "92"),
    )),
    "Ege Zeytin": ("ege-zeytin.example", "+90 232 555 10 ", (
        P("İpek", "Yılmaz", "Genel Müdür", "ipek", "00"),
        P("Çağlar", "Şahin", "İhracat", "ihracat", "01"),
    )),
    "Harrowgate Museum Trust": ("harrowgate.example", "+44 1904 9600", (
        P("Eleanor", "Pryce-Jones", "Director", "director", "10"),
        P("Kwame", "Asante", "Head of Exhibitions", "kwame.asante", "11", "+44 7700 900111"),
        P("Bronwyn", "Llewellyn", "Membership", "members", "12"),
        P("David", "Smith", "Finance", "finance", "13"),
        P("Farah", "Siddiqui", "Digital", "farah.siddiqui", "14"),
        P("Tom", "Ashworth", "Workshop", "workshop", "15"),
    )),
    "The Tea Chest": ("teachest.example", "+44 20 7946 01", (
        P("Mei", "Lin-Hartley", "Owner", "mei", "20", "+44 7700 900120"),
        P("Oliver", "Hartley", "Owner", "oliver", "21"),
        P("Gemma", "O'Neill", "Wholesale", "trade", "22"),
    )),
    "MacAllister & Boyd LLP": ("macallister-boyd.example", "+44 131 496 00", (
        P("Fiona", "MacAllister", "Partner", "fmacallister", "30"),
        P("Alasdair", "Boyd", "Partner", "aboyd", "31"),
        P("Catriona", "NicDhòmhnaill", "Practice Manager", "practice", "32"),
        P("David", "Smith", "Trainee", "dsmith", "33"),
    )),
    "Penrose Dairy": ("penrose-dairy.example", "+44 1872 9600", (
        P("Demelza", "Penrose", "Farmer", "demelza", "40"),
        P("Jago", "Trevithick", "Deliveries", "", "41", "+44 7700 900141"),
        P("Loveday", "Nance", "Books", "books", "42"),
    )),
    "Northgate Outfitters": ("northgate.example", "207.555.01", (
        P("Caroline", "Thibodeau", "VP Marketing", "caroline", "60", "207.555.0260"),
        P("Marcus", "Bell", "Catalogue Manager", "marcus", "61"),
        P("Aiko", "Stevens", "Photo Studio", "photo", "62"),
        P("Roger", "Dubé", "Purchasing", "purchasing", "63", "", "207.555.0269"),
        P("Ellen", "Frost", "Copy", "ellen", "64"),
        P("Jane", "Doe", "Receptionist", "frontdesk", "00"),
    )),
    "Casco Bay Ferries": ("cascobayferries.example", "207.555.01", (
        P("Walt", "Peabody", "Operations", "walt", "70"),
        P("Denise", "Ouellette", "General Manager", "denise", "71", "207.555.0271"),
        P("Amir", "Haddad", "Ticketing", "tickets", "72"),
        P("John", "Smith", "Captain", "captain.smith", "73"),
    )),
    "Dr. Amara Nwosu": ("nwosu-practice.example", "207.555.02", (
        P("Amara", "Nwosu", "Dr.", "amara", "80"),
        P("Grace", "Pelletier", "Front Desk", "frontdesk", "81"),
        P("Noah", "Brandt", "Practice Manager", "noah", "82"),
    )),
    "Maple & Main Realty": ("maplemain.example", "207.555.02", (
        P("Buck", "Ferris", "Broker", "buck", "90", "207.555.0290"),
        P("Lorraine", "St. Pierre", "Agent", "lorraine", "91"),
    )),
    "Red Barn Theatre": ("redbarn.example", "207.555.01", (
        P("Philippa", "Crane", "Artistic Director", "philippa", "40"),
        P("Desmond", "Oyelaran", "Stage Manager", "desmond", "41", "207.555.0341"),
        P("Ruth", "Goldfarb", "Box Office", "boxoffice", "44"),
        P("Theo", "Marsh", "Board Treasurer", "theo.marsh@example.com"),
    )),
    "Yoshida Ceramics 吉田陶器": ("yoshida-toki.example", "+81 75 555 01", (
        P("健一", "吉田", "社長", "kenichi", "01"),
        P("Haruka", "Yoshida", "Export", "export", "02", "+81 90 5555 0102"),
        P("さくら", "森", "ギャラリー", "gallery", "03"),
        P("Daisuke", "Inoue", "Kiln", "", "04", "+81 90 5555 0104"),
    )),
    "한빛 Interactive": ("hanbit.example", "+82 2 555 01", (
        P("지우", "김", "대표", "jiwoo.kim", "11"),
        P("Min-jun", "Park", "Creative Director", "minjun.park", "12", "+82 10 5555 0112"),
        P("Seo-yeon", "Choi", "Producer", "seoyeon.choi", "13"),
        P("Hyun-woo", "Kim", "Engineer", "hyunwoo.kim", "14"),
    )),
    "Te Awa Wines": ("teawa.example", "+64 6 555 01", (
        P("Hēmi", "Parata", "Winemaker", "hemi", "21", "+64 21 555 0121"),
        P("Aroha", "Ngata", "Cellar Door", "cellar", "22"),
        P("Ross", "McLeod", "Sales", "ross", "23"),
        P("Wiremu", "Tāmati", "Vineyard", "vineyard", "24", "+64 21 555 0124"),
    )),
    "Wattle & Daub Homes": ("wattledaub.example", "+61 3 5550 01", (
        P("Bruce", "Papadopoulos", "Builder", "bruce", "31", "+61 491 570 131"),
        P("Kylie", "Tran", "Design", "kylie", "32"),
        P("Shane", "O'Brien", "Accounts", "accounts", "33"),
    )),
    "Ubuntu Health Initiative": ("ubuntu-health.example", "+27 21 555 01", (
        P("Thandiwe", "Mokoena", "Director", "thandiwe", "41"),
        P("Pieter", "van der Merwe", "Programmes", "pieter", "42", "+27 82 555 0142"),
        P("Nomvula", "Dlamini", "Communications", "comms", "43"),
        P("Zanele", "Khumalo", "Grants", "grants", "44"),
    )),
    "Mehta Textiles": ("mehta-textiles.example", "+91 22 5555 01", (
        P("Rajesh", "Mehta", "Managing Director", "rajesh", "51"),
        P("Anjali", "Mehta", "Design", "anjali", "52", "+91 98 5555 0152"),
        P("Vikram", "Deshpande", "Export", "exports", "53"),
        P("Lakshmi", "Subramaniam", "Accounts", "accounts", "54"),
    )),
    "Éditions du Vieux-Port": ("vieux-port.example", "+33 4 99 00 60 ", (
        P("Anaïs", "Castellane", "Éditrice", "anais", "61", "+33 6 39 98 60 61"),
        P("Loïc", "Guérin", "Fabrication", "fabrication", "62"),
        P("Océane", "L'Hermite", "Droits", "droits", "63"),
    )),
    "Zürcher Uhrwerk": ("uhrwerk.example", "+41 44 555 01 ", (
        P("Urs", "Zürcher", "Geschäftsführer", "urs", "71"),
        P("Regula", "Bünzli", "Marketing", "regula", "72", "+41 78 555 01 72"),
        P("Reto", "Käser", "Entwicklung", "reto", "73"),
        P("Céline", "Favre", "Vertrieb Romandie", "celine", "74"),
    )),
    "Nguyễn Coffee Roasters": ("nguyen-roasters.example", "612.555.01", (
        P("Thảo", "Nguyễn", "Founder", "thao", "81", "612.555.0181"),
        P("Minh", "Nguyễn", "Roaster", "minh", "82"),
        P("Kayla", "Johnson", "Wholesale", "wholesale", "83"),
        P("Jean", "St. Claire", "Bookkeeping", "books", "84"),
    )),
    "Quill, Ink & Co.": ("quillink.example", "603.555.01", (
        P("Beatrix", "Quill", "Partner", "bea", "91", "603.555.0191"),
        P("Ignatius “Iggy”", "Ink", "Partner", "iggy", "92"),
    )),
    "Lindenhof Kindergarten": ("lindenhof.example", "+49 441 555 0", (
        P("Frauke", "Janßen", "Leitung", "leitung", "95"),
        P("Jens", "Röver", "Elternbeirat", "jens.roever@example.com", "", "+49 173 555 0196"),
    )),
    "Brightwater Sauna Club": ("brightwater.example", "207.555.03", (
        P("Aino", "Mäkelä", "Founder", "aino", "01", "207.555.0301"),
    )),
}  # fmt: skip
