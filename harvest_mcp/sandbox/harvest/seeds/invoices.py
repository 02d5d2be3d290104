"""The studio's invoices of a year, one every six days, with numbers from 1001; and the categories of lines."""

from typing import NamedTuple

CATEGORIES = ("Service", "Product", "Travel", "Printing", "Licence")
"""Categories of lines: the first is the default for hours, the second for expenses."""


class SeededInvoice(NamedTuple):
    """An invoice: `work` are letters of `LINES`; taxes and discount are in percent."""

    client: str
    state: str
    subject: str
    work: str
    terms: str = "NET 30"
    tax: str = ""
    tax2: str = ""
    discount: str = ""
    order: str = ""


# By letter: category, description, quantity, unit price, taxed, taxed by the second tax.
LINES: dict[str, tuple[str, str, str, str, bool, bool]] = {
    "d": ("Service", "Design", "12", "80.00", True, False),
    "D": ("Service", "Design, second round", "7.5", "80.00", True, False),
    "v": ("Service", "Development", "21.25", "90.00", True, False),
    "m": ("Service", "Project management", "4.75", "95.00", True, False),
    "i": ("Service", "Illustration\nTwelve vignettes, “in ink”", "16", "75.00", True, False),
    "r": ("Service", "Research, interviews", "9", "85.00", True, False),
    "t": ("Service", 'Text, 24" panels', "6.25", "65.00", True, False),
    "p": ("Printing", "Proofs, A2, 170 g", "24", "3.485", True, True),
    "k": ("Product", "Font licence", "1", "349.00", True, True),
    "f": ("Travel", "Ferry & mileage", "182", "0.485", False, False),
    "x": ("Service", "Courtesy", "1", "-120.00", False, False),
}

B = SeededInvoice  # one line each
INVOICES: tuple[SeededInvoice, ...] = (
    B("SuprCorp", "paid", "Website relaunch, concept", "dm"),
    B("SuprCorp", "paid", "Website relaunch, design", "dDk", tax="8.875"),
    B("SuprCorp", "partial", "Website relaunch, build", "vvm", tax="8.875", order="PO-4711"),
    B("SuprCorp", "open", "Annual report", "dit", discount="10"),
    B("Kestrel & Sons", "paid", "Harbour map", "di", tax="19"),
    B("Bäckerei Groß", "draft", "Packaging", "dp", tax="19"),
    B("BluePeak", "paid", "Trail app, sketches", "dr"),
    B("Halvorsen Marine AS", "paid", "Fleet livery", "dDif", terms="NET 15", tax="25"),
    B("Fjord & Fell Outdoor", "closed", "Winter campaign", "dt"),
    B("Penrose Dairy", "paid", "Labels", "ip", terms="upon receipt", tax="20"),
    B("Harrowgate Museum Trust", "open", "Tides & Trade, panels", "dtp", tax="20"),
    B("Northgate Outfitters", "draft", "Spring catalogue", "di"),
    B("The Tea Chest", "paid", "Tins", "dk", tax="20", discount="2.5"),
    B("Zürcher Uhrwerk", "open", "Watch configurator", "vm", tax="7.7"),
    B("SuprCorp", "paid", "Website relaunch, texts", "tx", tax="8.875"),
    B("BluePeak", "paid", "Trail app, build", "vvk"),
    B("Kestrel & Sons", "paid", "Harbour map, second sheet", "diD", tax="19"),
    B("Casco Bay Ferries", "paid", "Timetable redesign", "dmf", tax="5.5"),
    B("Te Awa Wines", "paid", "Cellar door signage", "dip", tax="15"),
    B("Søstrene Holm", "paid", "Web shop, design", "dD", tax="25", terms="NET 15"),
    B("Søstrene Holm", "paid", "Web shop, build", "vvm", tax="25", terms="NET 15"),
    B("Harrowgate Museum Trust", "paid", "Members' app, concept", "rd", tax="20"),
    B("Bäckerei Groß", "paid", "Packaging, proofs", "pp", tax="19", tax2="2"),
    B("Northgate Outfitters", "paid", "Autumn catalogue", "ditp", discount="5"),
    B("SuprCorp", "closed", "Website relaunch, extras", "D"),
    B("Zürcher Uhrwerk", "paid", "Watch configurator, research", "r", tax="7.7"),
    B("Halvorsen Marine AS", "paid", "Fleet livery, third boat", "if", terms="NET 15", tax="25"),
    B("Pellegrini & Figli", "paid", "Heritage book", "itd", tax="22", tax2="4"),
    B("Peña y Asociados", "paid", "Stationery", "dpk", tax="21"),
    B("BluePeak", "paid", "Trail app, phase 2, concept", "rm"),
    B("The Tea Chest", "paid", "Tins, Christmas", "di", tax="20"),
    B("Red Barn Theatre", "paid", "Season posters", "ip", terms="upon receipt"),
    B("Casco Bay Ferries", "paid", "Timetable redesign, stops", "dt", tax="5.5"),
    B("Kestrel & Sons", "paid", "Quay signage", "dDm", tax="19"),
    B("Te Awa Wines", "paid", "Labels", "ik", tax="15"),
    B("SuprCorp", "paid", "Annual report, layout", "dD", tax="8.875", order="PO-4802"),
    B("Harrowgate Museum Trust", "paid", "Tides & Trade, film", "vi", tax="20"),
    B("Wójcik Film", "paid", "Title sequence", "iD", tax="23", terms="NET 45"),
    B("Northgate Outfitters", "paid", "Photographs", "f"),
    B("Grönvall Arkitekter", "paid", "Portfolio", "dt", tax="25"),
    B("Zürcher Uhrwerk", "paid", "Watch configurator, build 1", "vv", tax="7.7"),
    B("BluePeak", "paid", "Trail app, phase 2", "vvm"),
    B("Bäckerei Groß", "paid", "Shop window", "dix", tax="19"),
    B("Søstrene Holm", "partial", "Web shop, phase 2", "vvd", tax="25", terms="NET 15"),
    B("Casco Bay Ferries", "paid", "Tickets", "dp", tax="5.5"),
    B("SuprCorp", "paid", "Annual report, print", "pp", tax="8.875"),
    B("Halvorsen Marine AS", "paid", "Calendar", "ip", terms="NET 15", tax="25"),
    B("Peña y Asociados", "closed", "Stationery, reprint", "p", tax="21"),
    B("Te Awa Wines", "paid", "Cellar door, map", "di", tax="15"),
    B("Kestrel & Sons", "partial", "Harbour map, edition 2", "dim", tax="19", discount="12.5"),
    B("Harrowgate Museum Trust", "paid", "Members' app, build", "vvm", tax="20"),
    B("Zürcher Uhrwerk", "open", "Watch configurator, build 2", "vv", tax="7.7"),
    B("Northgate Outfitters", "open", "Spring catalogue, pages 1 to 40", "dDit"),
    B("BluePeak", "open", "Trail app, maintenance", "v", terms="NET 60"),
    B("Bäckerei Groß", "open", "Packaging, spring", "dp", tax="19"),
    B("Søstrene Holm", "open", "Web shop, photographs", "if", tax="25", terms="NET 15"),
    B("SuprCorp", "open", "Website relaunch, support", "vm", tax="8.875"),
    B("Casco Bay Ferries", "draft", "Timetable, summer", "dm", tax="5.5"),
    B("Kestrel & Sons", "draft", "Harbour map, tides", "ri", tax="19"),
    B("Te Awa Wines", "draft", "Harvest posters", "i", tax="15"),
)
