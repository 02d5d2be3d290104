"""The account itself (harvest-v1 10)."""

from tests.harvest.endpoints import Endpoint

ROWS = [
    Endpoint(id="AC-1", tool="who_am_i", sends="GET /account/who_am_i", wire=("GET /account/who_am_i",)),
    Endpoint(
        id="AC-2",
        tool="get_rate_limit_status",
        sends="GET /account/rate_limit_status",
        wire=("GET /account/rate_limit_status",),
    ),
]
