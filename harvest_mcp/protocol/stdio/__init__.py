"""One client over stdin and stdout, in whichever protocol era each of its messages is, until it goes away.

- `loop` runs the SDK's server for the messages of one era and knows what is not answered yet
- `conversation` takes each line to the loop it belongs to
- `pipes` owns stdin and stdout
- `ending` is what happens when stdin ends or the process is told to end
"""

from harvest_mcp.protocol.stdio.ending import EndingLimits, serve_stdio

__all__ = ["EndingLimits", "serve_stdio"]
