"""Clients and contacts (harvest-v1 11, 12)."""

from tests.harvest.endpoints import Endpoint
from tests.tools.kit import document

ROWS = [
    Endpoint(
        id="CL-1",
        tool="list_clients",
        arguments={"updated_since": "2018-01-31T09:00Z"},
        sends="GET /clients?updated_since=2018-01-31 09:00",
        wire=("GET /clients?updated_since=2018-01-31 09:00",),
    ),
    Endpoint(
        id="CL-2",
        tool="get_client",
        arguments={"client_id": 11072},
        sends="GET /clients/11072",
        wire=("GET /clients/11072",),
    ),
    Endpoint(
        id="CL-3",
        tool="create_client",
        arguments={"name": "Byron & Co"},
        sends="POST /clients",
        wire=("GET /clients", "POST /clients", "GET /clients/11113"),
        body=document("client", "<name>Byron &amp; Co</name>"),
    ),
    Endpoint(
        id="CL-4",
        tool="update_client",
        arguments={"client_id": 11072, "details": "1 Quay"},
        sends="PUT /clients/11072",
        wire=("GET /clients/11072", "PUT /clients/11072", "GET /clients/11072"),
        body=document("client", "<details>1 Quay</details>"),
    ),
    Endpoint(
        id="CL-5",
        tool="toggle_client",
        arguments={"client_id": 11073, "active": False},
        sends="POST /clients/11073/toggle",
        wire=("GET /clients/11073", "POST /clients/11073/toggle", "GET /clients/11073"),
    ),
    Endpoint(
        id="CL-5",
        tool="archive_client",
        arguments={"client_id": 11073},
        sends="POST /clients/11073/toggle",
        wire=("GET /clients/11073", "POST /clients/11073/toggle", "GET /clients/11073"),
    ),
    Endpoint(
        id="CL-5",
        tool="restore_client",
        arguments={"client_id": 11083},
        sends="POST /clients/11083/toggle",
        wire=("GET /clients/11083", "POST /clients/11083/toggle", "GET /clients/11083"),
    ),
    Endpoint(
        id="CC-1",
        tool="list_contacts",
        sends="GET /contacts",
        wire=("GET /contacts", "GET /clients"),  # whose they are, which is remembered
    ),
    Endpoint(
        id="CC-3",
        tool="get_contact",
        arguments={"contact_id": 9},
        sends="GET /contacts/9",
        wire=("GET /contacts/9",),
    ),
    Endpoint(
        id="CL-6",
        tool="delete_client",
        arguments={"client_id": 11073},
        sends="DELETE /clients/11073",
        wire=(
            "GET /clients/11073",
            "GET /clients/11073/contacts",
            "GET /projects?client=11073",
            "GET /clients/11073",
            "GET /clients/11073/contacts",
            "GET /projects?client=11073",
            "DELETE /clients/11073",
            "GET /clients/11073",
        ),
    ),
    Endpoint(
        id="CC-2",
        tool="list_contacts",
        arguments={"client": "11072"},
        sends="GET /clients/11072/contacts",
        wire=("GET /clients/11072/contacts",),
    ),
    Endpoint(
        id="CC-4",
        tool="create_contact",
        arguments={"client": "11072", "first_name": "Ada", "last_name": "Byron"},
        sends="POST /contacts",
        wire=("GET /clients/11072/contacts", "POST /contacts", "GET /contacts/158"),
        body=document(
            "contact",
            '<client-id type="integer">11072</client-id>',
            "<first-name>Ada</first-name>",
            "<last-name>Byron</last-name>",
        ),
    ),
    Endpoint(
        id="CC-5",
        tool="update_contact",
        arguments={"contact_id": 9, "title": "Boss"},
        sends="PUT /contacts/9",
        wire=("GET /contacts/9", "PUT /contacts/9", "GET /contacts/9"),
        body=document("contact", "<title>Boss</title>"),
    ),
    Endpoint(
        id="CC-6",
        tool="delete_contact",
        arguments={"contact_id": 10},
        sends="DELETE /contacts/10",
        wire=("GET /contacts/10", "GET /clients/11072", "GET /contacts/10", "DELETE /contacts/10", "GET /contacts/10"),
    ),
]
