"""The currencies Harvest knows, in its own words (harvest-v1 appendix A)."""

from collections.abc import Mapping
from functools import cache

TABLE = (
    "USD United States Dollar; EUR Euro; GBP British Pound; CAD Canadian Dollar; AUD Australia Dollar; "
    "NZD New Zealand Dollar; SEK Swedish krona; DKK Danish Krone; NOK Norwegian Krone; CHF Swiss Franc; "
    "ZAR South Africa Rand; AFN Afghanistan Afghani; ALL Albania Lek; DZD Algeria Dinar; AOA Angolan Kwanza; "
    "ARS Argentina Peso; AWG Aruban Florin; BSD Bahamas Dollar; BHD Bahrain Dinar; BDT Bangladesh Taka; "
    "BBD Barbados Dollar; BZD Belize Dollar; BMD Bermuda Dollar; BOB Bolivian Boliviano; BWP Botswana Pula; "
    "BRL Brazil Real; BND Brunei Dollar; BGN Bulgaria Leva; KYD Cayman Islands Dollar; "
    "XAF Central African CFA Franc; XPF CFP Franc; CLP Chile Peso; CLF Chile Unidad de Fomento; "
    "CNY China Yuan Renminbi; COP Colombia Peso; CRC Costa Rica Colon; HRK Croatia Kuna; CYP Cyprus Pound; "
    "CZK Czech Republic Koruny; DOP Dominican Republic Peso; XCD Eastern Caribbean Dollar; EGP Egypt Pound; "
    "EEK Estonia Krooni; FJD Fiji Dollar; GHS Ghana Cedis; GTQ Guatemalan quetzal; HKD Hong Kong Dollar; "
    "HUF Hungary Forint; ISK Iceland Kronur; INR Indian Rupee; IDR Indonesia Rupiah; IRR Iran Rial; "
    "IQD Iraq Dinar; ILS Israel New Shekel; JMD Jamaica Dollar; JPY Japan Yen; JOD Jordan Dinar; "
    "KZT Kazakhstan Tenge; KES Kenya Shilling; KWD Kuwait Dinar; LVL Latvian Lat; LBP Lebanon Pound; "
    "LYD Libyan Dinar; LTL Lithuanian Litas; MOP Macanese Pataca; MKD Macdeonian Denar; MYR Malaysia Ringgit; "
    "MTL Malta Liri; MUR Mauritius Rupee; MXN Mexico Peso; MAD Morocco Dirham; MZN Mozambican Metical; "
    "NAD Namibian Dollar; NPR Nepal Rupee; ANG Netherlands Antillean Guilder; NGN Nigerian Naira; OMR Oman Rial; "
    "PKR Pakistan Rupee; PGK Papua New Guinea Kina; PYG Paraguayan Guarani; PEN Peru Nuevos Soles; "
    "PHP Philippines Peso; PLN Poland Zlotych; QAR Qatar Riyal; RON Romania New Lei; RUB Russia Rubles; "
    "SAR Saudi Arabia Riyal; RSD Serbia Dinar; SCR Seychelles Rupee; SGD Singapore Dollar; SKK Slovakia Koruny; "
    "KRW South Korea Won; LKR Sri Lanka Rupee; SDG Sudan Pound; TWD Taiwan New Dollar; TZS Tanzanian Shilling; "
    "THB Thailand Baht; TTD Trinidad and Tobago Dollar; TND Tunisia Dinar; TRY Turkey Lira; UGX Ugandan shilling; "
    "UAH Ukrainian hryvnia; AED United Arab Emirates Dirham; UYU Uruguayan peso; VUV Vanuatu Vatu; "
    "VEB Venezuela Bolivares; VEF Venezuela Bolivares Fuertes; VND Vietnam Dong; XOF West African CFA Franc; "
    "ZMK Zambia Kwacha"
)


@cache
def labels() -> Mapping[str, str]:
    """Return the label of each code."""
    return dict(entry.split(" ", 1) for entry in TABLE.split("; "))


def code(text: str) -> str | None:
    """Return the code in a label, old or new: what follows its last ` - `; None if it is no label."""
    words, _, found = text.strip().rpartition(" - ")
    return found if words and found in labels() else None


def label(code: str) -> str:
    """Return `Euro - EUR` for `EUR`."""
    return f"{labels()[code]} - {code}"


def labelled(text: str) -> str:
    """Return the label of `EUR` or `eur`; anything else unchanged."""
    return label(text.upper()) if text.upper() in labels() else text
