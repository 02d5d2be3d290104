"""Column headers of contact files in English, French and German."""

import re
from collections.abc import Mapping

from harvest_mcp.text.folding import fold

_CALLED = {
    "first_name": "first name|firstname|first|given name|givenname|forename|christian name|vorname|rufname|prenom",
    "last_name": "last name|lastname|last|surname|family name|familyname|nachname|familienname|zuname"
    "|nom de famille|nom",
    "name": "name|full name|fullname|display name|contact|contact name|person|anzeigename|vollstandiger name|kontakt"
    "|ansprechpartner|ansprechpartnerin|nom complet|nom et prenom|prenom et nom|nom prenom|prenom nom|interlocuteur",
    "company": "company|company name|organization|organisation|org|client|customer|account|account name"
    "|employer|business"
    "|firma|firmenname|unternehmen|kunde|kundenname|organisation name|arbeitgeber|societe|entreprise|raison sociale"
    "|nom de la societe|nom societe|cliente|organization name|organization 1 - name",
    "title": "title|job title|jobtitle|position|role|function|funktion|stelle|berufsbezeichnung|jobtitel|tatigkeit"
    "|fonction|poste|titre|intitule du poste|organization title|organization 1 - title",
    "department": "department|dept|abteilung|service|departement|organization department",
    "salutation": "salutation|prefix|name prefix|anrede|titel|civilite|courtesy title",
    "email": "email|e-mail|mail|email address|e-mail address|mail address|email 1|e-mail 1|email1|primary email"
    "|work email"
    "|e-mail-adresse|email-adresse|emailadresse|mailadresse|e-mail geschaftlich|adresse e-mail|adresse email|courriel"
    "|adresse mail|adresse electronique|mel|e-mail 1 - value|email (work)|e-mail professionnel",
    "phone_office": "office|office phone|work phone|business phone|phone (work)|phone office|company phone"
    "|direct line"
    "|telefon geschaftlich|telefon (geschaftlich)|geschaftstelefon|buro|durchwahl|festnetz|telephone bureau"
    "|telephone professionnel|tel bureau|tel pro|telephone fixe|fixe|tel fixe|phone 1 - value|telefon buro",
    "phone_mobile": "mobile|mobile phone|cell|cell phone|cellphone|mobile number|phone (mobile)|handy|mobil"
    "|mobiltelefon"
    "|mobilnummer|handynummer|telefon mobil|mobilfunk|portable|telephone portable|tel portable|gsm|telephone mobile",
    "phone": "phone|phone number|telephone|tel|telephone number|telefon|telefonnummer|rufnummer|fon"
    "|numero de telephone"
    "|primary phone|main phone",
    "fax": "fax|fax number|business fax|telefax|faxnummer|telecopie|fax geschaftlich|work fax",
    "street": "street|address|street address|address 1|business street|strasse|anschrift|adresse|rue|adresse 1"
    "|strasse und hausnummer|straße|adresse postale",
    "zip": "zip|zip code|postal code|postcode|business postal code|plz|postleitzahl|code postal|cp",
    "city": "city|town|business city|ort|stadt|wohnort|ville|localite|commune",
    "country": "country|country/region|land|pays|business country/region",
    "comment": "comment|comments|note|notes|remark|remarks|notiz|notizen|bemerkung|bemerkungen|kommentar|anmerkung"
    "|commentaire|commentaires|remarque|remarques",
}
CALLED: Mapping[str, str] = {
    **{column.replace("_", " "): column for column in _CALLED},
    **{fold(word): column for column, words in _CALLED.items() for word in words.split("|")},
}
"""The column of each header, folded."""


def column_of(header: str) -> str:
    """Return the column that a header means; empty if unknown."""
    plain = re.sub(r"\s+", " ", fold(header).replace("_", " ")).strip(" .:*#\"'")
    return CALLED.get(plain) or CALLED.get(plain.replace(".", "")) or CALLED.get(plain.replace("-", " ")) or ""
