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
        id="CC-1",
        tool="list_contacts",
        sends="GET /contacts",
        wire=("GET /contacts",),
    ),
    Endpoint(
        id="CC-3",
        tool="get_contact",
        arguments={"contact_id": 9},
        sends="GET /contacts/9",
        wire=("GET /contacts/9",),
    ),
]
