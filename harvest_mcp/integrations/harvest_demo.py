"""The demonstration of Harvest."""

from harvest_mcp.integrations.demo import LAST, NEW, Demo, Turn

DEMO = Demo(
    (
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
        Turn("Archive SuprCorp.", "archive_client", {"client_id": 11072}, refused=True),
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
    ),
    toolsets="account,crm,time,reports,changes",
)
