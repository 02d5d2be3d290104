"""Reports (harvest-v1 21); RE-5 is not documented, and made where a client is named."""

from tests.harvest.endpoints import Endpoint

PERIOD = {"since": "1999-10-01", "until": "1999-10-31"}
IN = "from=19991001&to=19991031"
AROUND = "from=20180219&to=20180319"
"""Fourteen days before and after the day of these tests."""


def report(id: str, tool: str, path: str, *before: str, **arguments: object) -> Endpoint:
    """A report that sums over one call; `before` are the lists it needs first."""
    call = f"GET {path}"
    return Endpoint(id=id, tool=tool, arguments={**PERIOD, **arguments}, sends=call, wire=(*before, call))


ROWS = [
    report("RE-1", "report_time", f"/projects/301/entries?{IN}", project=["301"]),
    report(
        "RE-1",
        "report_time",
        f"/projects/301/entries?{IN}&user_id=33&billable=yes&only_unbilled=yes&is_closed=no",
        project=["301"],
        person=["33"],
        billable=True,
        billed=False,
        closed=False,
    ),
    report("RE-2", "report_time", f"/people/42/entries?{IN}", person=["42"]),
    report(
        "RE-2",
        "report_time",
        f"/people/42/entries?{IN}&billable=no&only_billed=yes&is_closed=yes",
        person=["42"],
        billable=False,
        billed=True,
        closed=True,
    ),
    Endpoint(
        id="RE-2",
        tool="list_running_timers",
        sends=f"GET /people/31/entries?{AROUND}",
        wire=(
            *("GET /account/who_am_i", "GET /people"),
            *(f"GET /people/{active}/entries?{AROUND}" for active in range(31, 43) if active != 37),
        ),
    ),
    report("RE-3", "report_expenses", f"/people/42/expenses?{IN}&is_closed=yes", person=["42"], closed=True),
    report(
        "RE-4",
        "report_expenses",
        f"/projects/301/expenses?{IN}&only_unbilled=yes&is_closed=no",
        project=["301"],
        billed=False,
        closed=False,
    ),
    report("RE-4", "report_expenses", f"/projects/301/expenses?{IN}&only_billed=yes", project=["301"], billed=True),
    report("RE-5", "report_expenses", f"/clients/11109/expenses?{IN}", "GET /projects", client=["11109"]),
]
