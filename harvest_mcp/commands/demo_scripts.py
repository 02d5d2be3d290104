"""What is said in the demonstrations, system by system."""

from dataclasses import dataclass
from typing import Any, Literal

Answer = Literal["accept", "decline"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a person says, the call it comes to, and how it is expected to end."""

    says: str
    tool: str
    arguments: dict[str, Any]
    refused: bool = False
    answer: Answer | None = None


NEW = "{new}"
"""Stands for the id of the record made last in the conversation."""
LAST = "{last}"
"""Stands for the id of the change made last."""

HARVEST = (
    Turn(
        "Find our client Suprcrop, I never spell it right.",
        "search_records",
        {"query": "suprcrop", "kinds": ["clients"]},
    ),
    Turn("Who do we know there?", "list_contacts", {"client": "SuprCorp"}),
    Turn(
        "Add Maya Lindqvist, their new buyer: maya@suprcorp.example.",
        "create_contact",
        {"client": "SuprCorp", "first_name": "Maya", "last_name": "Lindqvist", "email": "maya@suprcorp.example"},
    ),
    Turn("Her mobile is 555-0142.", "update_contact", {"contact_id": NEW, "phone_mobile": "555-0142"}),
    Turn("No, that was somebody else's. Undo it.", "undo_change", {"change_id": LAST}),
    Turn(
        "Did you add Maya? Add her, please.",
        "create_contact",
        {"client": "SuprCorp", "first_name": "Maya", "last_name": "Lindqvist"},
        refused=True,
    ),
    Turn("Archive SuprCorp.", "toggle_client", {"client_id": 11072, "active": False}, refused=True),
    Turn("Delete Acme. … No, wait.", "delete_client", {"client_id": 11073}, refused=True, answer="decline"),
    Turn("Acme really is gone. Delete it.", "delete_client", {"client_id": 11073}, answer="accept"),
    Turn(
        "An hour and a half on the Website relaunch's design yesterday.",
        "log_time",
        {"project": "Website relaunch", "task": "Design", "hours": "1:30", "day": "yesterday"},
    ),
    Turn("Start a timer on it.", "start_timer", {"project": "Website relaunch", "task": "Design"}),
    Turn(
        "How many hours did we put into Kestrel's Harbour map last month, by person, and what is still unbilled?",
        "report_time",
        {"project": "Harbour map", "period": "last month", "group_by": ["person"]},
    ),
    Turn(
        "(An assistant gets an argument wrong.)",
        "update_contact",
        {"contact_id": "nine", "emial": "jane@suprcorp.example"},
        refused=True,
    ),
)

INCWO = (
    Turn(
        "Qui avons-nous chez Menuiserie Lacaze ?",
        "list_incwo_contacts",
        {"firm": "Menuiserie Lacaze"},
        refused=True,
    ),
    Turn("La première.", "list_incwo_contacts", {"firm": "500005"}),
    Turn(
        "Ajoute Maya Lindqvist, leur nouvelle acheteuse, 04 72 00 00 01.",
        "create_incwo_contact",
        {
            "first_name": "Maya",
            "last_name": "Lindqvist",
            "firm": "500005",
            "civility_label_id": "mrs",
            "contact_items": [{"type_id": "professional_phone", "value": "+33 4 72 00 00 01"}],
        },
    ),
    Turn(
        "Son e-mail : maya@lacaze.example.",
        "add_incwo_contact_item",
        {"contact_id": NEW, "type_id": "professional_email", "value": "maya@lacaze.example"},
    ),
    Turn("Elle est acheteuse en chef.", "update_incwo_contact", {"contact_id": NEW, "job_title": "Acheteuse en chef"}),
    Turn("Non, annule cela.", "undo_change", {"change_id": LAST}),
    Turn(
        "(An assistant takes a code that does not exist.)",
        "add_incwo_contact_item",
        {"contact_id": NEW, "type_id": "carrier_pigeon", "value": "7"},
        refused=True,
    ),
    Turn("Supprime Maya. … Non, attends.", "delete_incwo_contact", {"contact_id": NEW}, refused=True, answer="decline"),
    Turn("Elle est bien partie. Supprime-la.", "delete_incwo_contact", {"contact_id": NEW}, answer="accept"),
)

CONVERSATIONS = {"harvest": HARVEST, "incwo": INCWO}
TOOLSETS = {"harvest": "account,crm,time,reports,changes", "incwo": ""}
"""What each conversation needs; empty for the defaults."""
