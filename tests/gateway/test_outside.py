"""Which other hosts a file is asked for at: those of the same domain by TLS, and this machine's own."""

import httpx

from harvest_mcp.gateway.outside import near
from tests.holds import holds_for

API = "https://api.harvestapp.com/v2"


@holds_for(
    ("home", "there", "goes"),
    [
        (API, "https://kestrel.harvestapp.com/expenses/1/receipt", True),
        (API, "https://harvestapp.com/x", True),
        (API, "http://kestrel.harvestapp.com/x", False),
        (API, "https://kestrel.harvestapp.com:8443/x", False),
        (API, "https://user@kestrel.harvestapp.com/x", False),
        (API, "https://kestrelharvestapp.com/x", False),
        (API, "https://harvestapp.com.evil.example/x", False),
        (API, "https://127.0.0.1/x", False),
        (API, "http://169.254.169.254/x", False),
        (API, "file:///etc/passwd", False),
        (API, "/expenses/1/receipt", False),
        ("http://sandbox.localhost/v2", "http://kestrel.localhost/x", True),
        ("http://127.0.0.1:8080/v2", "http://localhost:8080/x", True),
        ("http://127.0.0.1:8080/v2", "https://kestrel.harvestapp.com/x", False),
        ("https://10.0.0.5/v2", "https://11.0.0.5/x", False),
    ],
)
def test_a_file_is_only_asked_for_close_to_home(home: str, there: str, goes: bool) -> None:
    assert near(httpx.URL(home), httpx.URL(there)) is goes
