"""Expense categories, expenses and receipts (harvest-v1 19, 20); EX-7 and EX-8 are not documented, and real."""

import base64

from harvest_mcp.wire.attachments import AttachedFile, form
from tests.harvest.endpoints import Endpoint
from tests.tools.kit import document

PDF = b"%PDF-1.4\nTaxi\n%%EOF\n"
_, FORM = form("expense[receipt]", AttachedFile("taxi.pdf", "application/pdf", PDF))
HARBOUR = (
    "create_expense",
    {"project": "301", "expense_category": "602", "total_cost": "12.50", "spent_at": "2017-12-31"},
)
NEW = "/expenses/40254"

ROWS = [
    Endpoint(
        id="EC-1",
        tool="list_expense_categories",
        arguments={"updated_since": "2018-01-31T09:00Z"},
        sends="GET /expense_categories?updated_since=2018-01-31 09:00",
        wire=("GET /expense_categories?updated_since=2018-01-31 09:00",),
    ),
    Endpoint(
        id="EC-2",
        tool="create_expense_category",
        arguments={"name": "Tolls", "unit_name": "Gates", "unit_price": "2.50"},
        sends="POST /expense_categories",
        wire=("GET /expense_categories", "POST /expense_categories", "GET /expense_categories/610"),
        body=document(
            "expense-category",
            "<name>Tolls</name>",
            "<unit-name>Gates</unit-name>",
            '<unit-price type="decimal">2.50</unit-price>',
        ),
    ),
    Endpoint(
        id="EC-3",
        tool="update_expense_category",
        arguments={"expense_category_id": 601, "name": "Miles driven"},
        sends="PUT /expense_categories/601",
        wire=("GET /expense_categories/601", "PUT /expense_categories/601", "GET /expense_categories/601"),
        body=document(
            "expense-category",
            "<name>Miles driven</name>",
            "<unit-name>Miles</unit-name>",
            '<unit-price type="decimal">0.485</unit-price>',
        ),
    ),
    Endpoint(
        id="EC-4",
        tool="get_expense_category",
        arguments={"expense_category_id": 601},
        sends="GET /expense_categories/601",
        wire=("GET /expense_categories/601",),
    ),
    Endpoint(
        id="EC-5",
        tool="delete_expense_category",
        first=(("create_expense_category", {"name": "Tolls"}),),
        arguments={"expense_category_id": 610},
        sends="DELETE /expense_categories/610",
        wire=(
            "GET /expense_categories/610",
            "GET /expense_categories/610",
            "DELETE /expense_categories/610",
            "GET /expense_categories/610",
        ),
    ),
    Endpoint(
        id="EX-1",
        tool="create_expense",
        arguments={"project": "301", "expense_category": "601", "units": "3", "spent_at": "2016-12-31", "notes": "x"},
        sends="POST /expenses",
        wire=("GET /expenses/366/2016", "POST /expenses", f"GET {NEW}"),
        body=document(
            "expense",
            "<notes>x</notes>",
            '<units type="decimal">3</units>',
            '<project-id type="integer">301</project-id>',
            '<expense-category-id type="integer">601</expense-category-id>',
            '<spent-at type="date">2016-12-31</spent-at>',
        ),
    ),
    Endpoint(
        id="EX-1",
        tool="create_expense",
        arguments={**HARBOUR[1], "person": "33"},
        sends="POST /expenses?of_user=33",
        wire=("GET /expenses/365/2017?of_user=33", "POST /expenses?of_user=33", f"GET {NEW}?of_user=33"),
        body=document(
            "expense",
            '<total-cost type="decimal">12.50</total-cost>',
            '<project-id type="integer">301</project-id>',
            '<expense-category-id type="integer">602</expense-category-id>',
            '<spent-at type="date">2017-12-31</spent-at>',
        ),
    ),
    Endpoint(
        id="EX-2",
        tool="update_expense",
        first=(HARBOUR,),
        arguments={"expense_id": 40254, "units": "4", "expense_category": "601"},
        sends=f"PUT {NEW}",
        wire=(f"GET {NEW}", f"PUT {NEW}", f"GET {NEW}"),
        body=document(
            "expense",
            '<total-cost type="decimal"></total-cost>',
            '<units type="decimal">4</units>',
            '<expense-category-id type="integer">601</expense-category-id>',
        ),
    ),
    Endpoint(
        id="EX-3",
        tool="get_expense",
        arguments={"expense_id": 40001, "person": "31"},
        sends="GET /expenses/40001?of_user=31",
        wire=("GET /expenses/40001?of_user=31",),
    ),
    Endpoint(
        id="EX-4",
        tool="delete_expense",
        first=(HARBOUR,),
        arguments={"expense_id": 40254},
        sends=f"DELETE {NEW}",
        wire=(f"GET {NEW}", "GET /projects/301", f"GET {NEW}", f"DELETE {NEW}", f"GET {NEW}"),
    ),
    Endpoint(
        id="EX-5",
        tool="attach_receipt",
        first=(HARBOUR,),
        arguments={"expense_id": 40254, "data": base64.b64encode(PDF).decode(), "file_name": "taxi.pdf"},
        sends=f"POST {NEW}/receipt",
        wire=(f"GET {NEW}", f"POST {NEW}/receipt", f"GET {NEW}"),
        body=FORM,
    ),
    Endpoint(
        id="EX-6",
        tool="get_receipt",
        arguments={"expense_id": 40002},
        sends="GET /expenses/40002/receipt",
        wire=("GET /expenses/40002/receipt",),
    ),
    Endpoint(id="EX-7", tool="list_expenses", sends="GET /expenses", wire=("GET /expenses",)),
    Endpoint(
        id="EX-8",
        tool="list_expenses",
        arguments={"day": "2020-02-29", "person": "Ana Souza"},
        sends="GET /expenses/60/2020?of_user=34",
        wire=("GET /people", "GET /expenses/60/2020?of_user=34"),
    ),
]
