"""Labels of currencies, also those before 2015, and their symbols."""

from collections.abc import Mapping

from harvest_mcp.systems.harvest.currencies import code, label, labels

__all__ = ["code", "label", "old_label", "symbol"]

# Before 2015 (harvest-v1 29, row 18); every `Dollar` was `Dollars` too.
OLD_LABELS: Mapping[str, str] = {"EUR": "EURO", "GBP": "United Kingdom Pounds"}

SYMBOLS: Mapping[str, str] = {
    "USD": "$", "EUR": "€", "GBP": "£", "CAD": "$", "AUD": "$", "NZD": "$", "SEK": "kr", "DKK": "kr", "NOK": "kr",
    "CHF": "CHF", "ZAR": "R", "BRL": "R$", "CNY": "¥", "CZK": "Kč", "HKD": "$", "HUF": "Ft", "ILS": "₪", "INR": "₹",
    "JPY": "¥", "KRW": "₩", "MXN": "$", "PLN": "zł", "RUB": "₽", "SGD": "$", "THB": "฿", "TRY": "₺", "UAH": "₴",
}  # fmt: skip


def old_label(text: str) -> str:
    """Return the label of before 2015: `United States Dollars - USD`."""
    if (known := code(text)) is None:
        return text
    words = labels()[known] + "s" if labels()[known].endswith("Dollar") else labels()[known]
    return f"{OLD_LABELS.get(known, words)} - {known}"


def symbol(code: str) -> str:
    return SYMBOLS.get(code, code)
