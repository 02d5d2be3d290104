"""The incwo account: its rows, its rules, and a switch for everything the vendor leaves undocumented."""

from harvest_mcp.sandbox.incwo.login import INCWO_LOGIN, TENANT
from harvest_mcp.sandbox.incwo.switches import Switches
from harvest_mcp.sandbox.incwo.world import open_incwo

__all__ = ["INCWO_LOGIN", "TENANT", "Switches", "open_incwo"]
