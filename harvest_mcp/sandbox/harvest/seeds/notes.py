"""Notes of time entries: by task, in English, and by person, in their own language."""

from collections.abc import Mapping

# Tasks by their position in `team.TASKS`: `a` is Design.
BY_TASK: Mapping[str, tuple[str, ...]] = {
    "a": (
        "First sketches", "Round 2 after feedback", "Type tests", "Grid and margins", "Colour proofs", "Icons",
        "Header and footer, mobile", "Design review with the client", "Cover: three directions", "Handover file",
        "Small fixes from the call", "Style tile", "Redlines", "",
    ),
    "b": (
        "Weekly call", "Schedule and budget", "Minutes, and who does what", "Call with the printer", "Planning",
        "Scope of phase 2", "Estimate", "Kick-off", "Status for the steering group", "Chasing content", "",
    ),
    "c": (
        "Templates", "Search", "Fix: menu on iPad", "Staging set up", "Code review", "Import of old articles",
        "Offline maps, spike", "Payment form & receipts", "Accessibility: focus order", "Deploy 1.4.2", "Tests",
        "Pairing with Göran on sync", "Bug from the client's list (#37, #41)", "",
    ),
    "d": ("Ink drafts", "Saint Brendan, final", "Scans and cleaning", "Harbour, sheet 4", "Vectorising", ""),
    "e": ("Location scouting", "Shoot, day 1", "Shoot, day 2", "Selection", "Retouching", "18 product shots", ""),
    "f": ("Interviews, 3 visitors", "Desk research", "Notes from the archive", "Competitors", "Survey: results", ""),
    "g": ("Captions", "Proofreading", "Interview with the director", "Cut to 400 words", "Corrections “final”", ""),
    "h": ("At the printer's", "Press check", "Paper samples"),
    "i": ("Train to the client", "Site visit, by car: 140 km", "Flight, delayed"),
    "j": ("Studio meeting",),
    "k": ("Old intro, kept alive", "Banner"),
    "l": ("Menus DE > EN",),
}  # fmt: skip

# People by their position in `team.PEOPLE`.
BY_PERSON: Mapping[str, tuple[str, ...]] = {
    "c": ("Dréachtaí don leathanach baile", "Athbhreithniú leis an gcliant"),
    "d": ("Reunião com o cliente", "Ajustes depois da revisão", "Provas de cor — 2.ª versão", "Ícones, versão final"),
    "e": ("Overleg met Göran", "Kaartlaag: traag op Android, opgelost", "Nakijken & testen"),
    "f": ("Bozzetti", "Correzioni sull'etichetta", "Chiamata con il birrificio"),
    "g": ("Отладка импорта", "Ревью кода"),
    "i": ("撮影準備", "色補正と書き出し"),
    "j": ("Felsökning av synken", "Genomgång med Ben", "Små rättningar före släpp"),
    "k": ("Revisión de textos", "Pies de foto, salas 1 a 4", "¿Títulos más cortos? Dos versiones"),
}
