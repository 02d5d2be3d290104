"""Time tracking (harvest-v1 18)."""

from tests.harvest.endpoints import Endpoint
from tests.tools.kit import document

LOGGED = ("log_time", {"project": "301", "task": "501", "hours": "1:30", "day": "2018-03-05", "notes": "Home & away"})
ON = '<spent_at type="date">2018-03-05</spent_at><project_id type="integer">301</project_id>'
BOOKED = '<task_id type="integer">501</task_id><hours type="decimal">1.50</hours><notes>Home &amp; away</notes>'
ENTRY = 29148

ROWS = [
    Endpoint(
        id="TT-1",
        tool="get_timesheet",
        first=(("start_timer", {"project": 301, "task": 501}),),  # without one the days before are looked at too
        sends="GET /daily?slim=1",
        wire=("GET /daily?slim=1",),
    ),
    Endpoint(
        id="TT-2",
        tool="get_timesheet",
        arguments={"day": "2016-12-31", "person": "34"},
        sends="GET /daily/366/2016?of_user=34&slim=1",
        wire=("GET /daily/366/2016?of_user=34&slim=1", "GET /people/34"),
    ),
    Endpoint(
        id="TT-3",
        tool="get_time_entry",
        first=(LOGGED,),
        arguments={"time_entry_id": ENTRY},
        sends=f"GET /daily/show/{ENTRY}",
        wire=(f"GET /daily/show/{ENTRY}",),
    ),
    Endpoint(
        id="TT-4",
        tool="start_timer",
        first=(LOGGED,),
        arguments={"time_entry_id": ENTRY},
        sends=f"GET /daily/timer/{ENTRY}",
        wire=("GET /daily?slim=1", *(f"GET /daily/{verb}/{ENTRY}" for verb in ("show", "timer", "show"))),
    ),
    Endpoint(
        id="TT-4",
        tool="stop_timer",
        first=(("start_timer", {"project": 301, "task": 501}),),
        sends=f"GET /daily/timer/{ENTRY}",
        wire=("GET /daily?slim=1", *(f"GET /daily/{verb}/{ENTRY}" for verb in ("show", "timer", "show"))),
    ),
    Endpoint(
        id="TT-5",
        tool="log_time",
        arguments=LOGGED[1],
        sends="POST /daily/add",
        wire=("GET /account/who_am_i", "GET /daily/64/2018", "POST /daily/add", f"GET /daily/show/{ENTRY}"),
        body=document("request", ON, BOOKED),
    ),
    Endpoint(
        id="TT-6",
        tool="delete_time_entry",
        first=(LOGGED,),
        arguments={"time_entry_id": ENTRY},
        sends=f"DELETE /daily/delete/{ENTRY}",
        wire=(
            *(f"GET /daily/show/{ENTRY}", "GET /projects/301/entries?from=20180305&to=20180305") * 2,
            f"DELETE /daily/delete/{ENTRY}",
            f"GET /daily/show/{ENTRY}",
        ),
    ),
    Endpoint(
        id="TT-7",
        tool="update_time_entry",
        first=(LOGGED,),
        arguments={"time_entry_id": ENTRY, "notes": "Away"},
        sends=f"POST /daily/update/{ENTRY}",
        wire=(f"GET /daily/show/{ENTRY}", f"POST /daily/update/{ENTRY}", f"GET /daily/show/{ENTRY}"),
        body=document("request", "<notes>Away</notes>"),
    ),
]
