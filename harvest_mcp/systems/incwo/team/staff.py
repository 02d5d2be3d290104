"""incwo staff (incwo 13.13, which breaks off within the object): personal data, so read only and mostly masked."""

from typing import Annotated

from harvest_mcp.spec import INNER, PRIVATE, SUMMARY, Resource, Says
from harvest_mcp.systems.incwo.codes import CIVILITY
from harvest_mcp.systems.incwo.rows import Day, Row
from harvest_mcp.wire.incwo_wires import IncwoWire


class StaffMember(Row):
    """An employee; names of countries stand in `*_country_id`."""

    user_id: Annotated[int | None, SUMMARY, Says("login, if any")] = None
    civility_label_id: Annotated[str | None, CIVILITY] = None
    first_name: Annotated[str | None, SUMMARY] = None
    last_name: Annotated[str | None, SUMMARY] = None
    birth_date: Annotated[Day | None, PRIVATE, INNER] = None
    birth_city: Annotated[str | None, PRIVATE, INNER] = None
    birth_country_id: Annotated[str | None, PRIVATE, INNER] = None
    nationality_country_id: Annotated[str | None, PRIVATE, INNER] = None
    address: Annotated[str | None, PRIVATE, INNER] = None
    city: Annotated[str | None, PRIVATE, INNER] = None
    zip: Annotated[str | None, PRIVATE, INNER] = None
    s_security_nb: Annotated[str | None, PRIVATE, INNER] = None
    arrival_date: Annotated[Day | None, SUMMARY] = None
    departure_date: Day | None = None
    job_label: Annotated[str | None, SUMMARY] = None
    job_description: str | None = None
    rank: str | None = None
    job_level: str | None = None
    job_qualification: str | None = None
    email: Annotated[str | None, PRIVATE, INNER] = None
    comment: Annotated[str | None, PRIVATE, INNER] = None
    family_situation_id: Annotated[str | None, PRIVATE, INNER] = None


STAFF = Resource(
    noun="staff_member",
    plural="staff",
    record=StaffMember,
    wire=IncwoWire("/staff_members"),
    toolset="incwo_team",
    label=("first_name", "last_name"),
    says="employee; read only, personal data masked",
    verbs=("list", "get"),
)
