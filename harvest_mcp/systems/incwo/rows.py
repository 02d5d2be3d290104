"""What all of incwo's rows have in common: elements nobody documented are kept, as text."""

from datetime import date, datetime

from pydantic import ConfigDict

from harvest_mcp.spec import Child, Record

Day = date | datetime
"""A day, with its time where the vendor sends one (incwo 4.1): France's, and no instant."""


class Row(Record):
    """A row with whatever else the vendor sends, custom fields with their dashes among it (incwo 4, 13)."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Line(Child):
    """The same within another."""

    model_config = ConfigDict(frozen=True, extra="allow")
