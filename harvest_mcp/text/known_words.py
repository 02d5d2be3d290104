"""Words with a known meaning: office mailboxes, public mail hosts, titles, short forms of first names."""

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLES = _words(
    "info office contact kontakt hello hallo bonjour mail email post sales team admin accueil secretariat compta"
    " comptabilite buchhaltung accounting accounts billing invoice invoices rechnung rechnungen facturation factures"
    " support service services welcome bureau reception empfang zentrale vertrieb verkauf einkauf purchasing achats"
    " orders bestellung commande commandes hr jobs bewerbung press presse marketing shop praxis kanzlei direction"
    " studio family familie famille helpdesk it legal finance payroll"
)
"""First words of shared mailboxes."""
FREE = _words(
    "gmail.com outlook.com hotmail.com yahoo.com icloud.com live.com gmx.de gmx.net web.de t-online.de free.fr"
    " orange.fr wanadoo.fr laposte.net sfr.fr hotmail.fr yahoo.fr outlook.fr aol.com proton.me protonmail.com"
    " freemail.example"
)
"""Public mail hosts."""
TITLES = _words(
    "mr mrs ms miss dr prof sir herr frau fr hr monsieur madame mademoiselle mme mlle dipl ing mag phd md maitre me"
)
"""Words before or after a name that are not part of it."""
MARKS = _words(
    "old alt neu new ancien nouveau duplicate doublon dublette copy kopie copie archived archiv inactive"
) | {
    *("inaktiv", "do not use", "nicht verwenden", "2", "bis", "import", "test"),
}
"""Words people write in brackets after a duplicate's name."""

GENERATIONS = _words("jr sr junior senior jun sen ii iii iv pere fils aine cadet")
"""Words that distinguish father and son of the same name."""

_FORMS = (
    "robert:bob,rob,bobby william:bill,will,billy richard:rick,dick,rich james:jim,jimmy john:jack,johnny"
    " michael:mike,mick,micha thomas:tom,tommy elizabeth:liz,beth,lisa,betty,eliza katherine:kate,kathy,katie"
    " catherine:kate,cathy,cath margaret:maggie,meg,peggy charles:charlie,chuck edward:ed,eddie,ted,ned"
    " alexander:alex,sascha,sandy alexandra:alex,sandra nicholas:nick nikolaus:klaus,nico,niko christopher:chris"
    " christian:chris christine:chris,tina christina:chris,tina andrew:andy,drew andreas:andi,andy"
    " daniel:dan,danny samuel:sam samantha:sam joseph:joe,josef,joey benjamin:ben anthony:tony antonio:tony,toni"
    " steven:steve stephen:steve stefan:steff matthew:matt matthias:matze,matt david:dave patrick:pat"
    " patricia:pat,trish"
    " susan:sue,susi susanne:susi,sanne deborah:deb,debbie jennifer:jen,jenny johannes:hans,hannes,jo"
    " friedrich:fritz,fred heinrich:heinz,heiner wilhelm:willi,willy josef:sepp,jupp franz:franzi maximilian:max"
    " sebastian:basti,bastian gabriele:gabi ursula:uschi,ulla elisabeth:lisa,elli,sissi,liesl"
    " katharina:kathi,kati,katja"
    " frederic:fred jacqueline:jackie philippe:phil philip:phil gregory:greg leonard:leo,len theodore:ted,theo"
    " peter:pete timothy:tim victoria:vicky rebecca:becky lawrence:larry raymond:ray ronald:ron donald:don"
    " kenneth:ken gerald:gerry gerhard:gerd,gert ulrich:uli,ulli wolfgang:wolf jonathan:jon,jonny nathaniel:nate"
)
SHORT: Mapping[str, frozenset[str]] = {
    short: frozenset(
        long for long, _, forms in (each.partition(":") for each in _FORMS.split()) if short in forms.split(",")
    )
    for short in {form for each in _FORMS.split() for form in each.partition(":")[2].split(",")}
}
"""First names by their short forms."""
