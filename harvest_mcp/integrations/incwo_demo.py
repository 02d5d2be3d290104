"""The demonstration of incwo."""

from harvest_mcp.integrations.demo import LAST, NEW, Demo, Turn

DEMO = Demo(
    (
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
        Turn(
            "Elle est acheteuse en chef.", "update_incwo_contact", {"contact_id": NEW, "job_title": "Acheteuse en chef"}
        ),
        Turn("Non, annule cela.", "undo_change", {"change_id": LAST}),
        Turn(
            "(An assistant takes a code that does not exist.)",
            "add_incwo_contact_item",
            {"contact_id": NEW, "type_id": "carrier_pigeon", "value": "7"},
            refused=True,
        ),
        Turn(
            "Supprime Maya. … Non, attends.",
            "delete_incwo_contact",
            {"contact_id": NEW},
            refused=True,
            answer="decline",
        ),
        Turn("Elle est bien partie. Supprime-la.", "delete_incwo_contact", {"contact_id": NEW}, answer="accept"),
    )
)
