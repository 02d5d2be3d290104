"""Patterns of dates and amounts as people write them; dates in English, French and German, without accents."""

NAMES = "january february march april may june july august september october november december"
ABROAD = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "januar februar marz april mai juni juli august september oktober november dezember",
)
MONTHS = {name[:cut]: number for number, name in enumerate(NAMES.split(), 1) for cut in (3, len(name))} | {"sept": 9}
MONTHS |= {name: number for names in ABROAD for number, name in enumerate(names.split(), 1)}
"""The number of each month, in English, French and German, without accents."""
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
OF_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"

YEAR_FIRST = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
IN_WORDS = (rf"{OF_DAY}[ -]{MONTH}\.?,?[ -](?P<year>\d{{4}})", rf"{MONTH}\.? {OF_DAY},? (?P<year>\d{{4}})")
ISO_DAY = r"(\d{4})-?W(\d{2})-?([1-7])"
INSTANT = r"(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?"

TWO_WAYS = r"-?[1-9]\d{0,2}[.,]\d{3}"
"""Ambiguous: thousands, or three decimals."""
COMMA = r"(-?\d{1,15}),(\d{1,20})"
THOUSANDS = r"(-?\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?!\2)[.,](\d{1,20})"
"""Thousands separators, and another mark before the decimals."""
APART = r"(-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(?:[.,](\d{1,20}))?"
"""Thousands set apart by blanks."""
SPAN = r"(\d{1,2}) ?h ?(\d\d)?"
MILLIONS = r"-?\d{1,3}([.,])\d{3}(?:\1\d{3})+"
SPENT = r"(\d{1,4}),(\d{1,20}) ?(h|hours?)?"
