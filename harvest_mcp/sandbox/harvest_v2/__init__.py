"""A faithful local account over Harvest's API v2 in JSON: Kestrel Studio, the same as over v1.

sandbox = open_harvest_v2()
httpx.AsyncClient(transport=httpx.ASGITransport(app=sandbox), base_url="http://kestrel.example/v2", headers={
    "Authorization": f"Bearer {ADMIN.token}", "Harvest-Account-Id": str(ACCOUNT_ID), "User-Agent": "name (mail)"})
"""

from harvest_mcp.sandbox.harvest_v2.settings import Settings
from harvest_mcp.sandbox.harvest_v2.visit import ACCOUNT_ID
from harvest_mcp.sandbox.harvest_v2.world import open_harvest_v2, over_v1

__all__ = ["ACCOUNT_ID", "Settings", "open_harvest_v2", "over_v1"]
