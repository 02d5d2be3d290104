"""Invoices, their messages and payments, and item categories (harvest-v1 22 to 25)."""

from tests.harvest.endpoints import Endpoint
from tests.tools.kit import document

HEADER = "kind,description,quantity,unit_price,amount,taxed,taxed2,project_id\n"
DESIGN = "Service,Design,12,80.00,,true,false,322\n"
MANAGED = "Service,Project management,4.75,95.00,,true,false,322\n"
DRAFT, OPEN, CLOSED, PAID = 7058, 7054, 7009, 7001
"""Seeded invoices in each state; 7001 has the message 6001 and the payment 5001."""

ROWS = [
    Endpoint(
        id="IN-1",
        tool="list_invoices",
        arguments={"client": "11072", "status": "unpaid", "since": "2018-01-31", "until": "2030-12-31"},
        sends="GET /invoices?client=11072&status=unpaid&from=20180131&to=20301231",
        wire=("GET /invoices?client=11072&status=unpaid&from=20180131&to=20301231",),
    ),
    Endpoint(
        id="IN-2",
        tool="get_invoice",
        arguments={"invoice_id": PAID},
        sends="GET /invoices/7001",
        wire=("GET /invoices/7001",),
    ),
    Endpoint(
        id="IN-3",
        tool="create_invoice",
        arguments={
            "client": "11073",
            "subject": "Ink & paper",
            "line_items": [
                {
                    "kind": "Service",
                    "description": "Drafting, sheet 4",
                    "quantity": "2.5",
                    "unit_price": "80.00",
                    "taxed": True,
                    "project": "301",
                },
                {"kind": "Product", "quantity": "1", "unit_price": "12.50"},
            ],
        },
        sends="POST /invoices",
        wire=("GET /invoices?client=11073", "POST /invoices", "GET /invoices/7061"),
        body=document(
            "invoice",
            '<client-id type="integer">11073</client-id>',
            "<subject>Ink &amp; paper</subject>",
            f'<csv-line-items>{HEADER}Service,"Drafting, sheet 4",2.5,80.00,,true,false,301\n'
            "Product,,1,12.50,,false,false,\n</csv-line-items>",
        ),
    ),
    Endpoint(
        id="IN-4",
        tool="update_invoice",
        arguments={"invoice_id": DRAFT, "due_at_human_format": "NET 10", "discount": "25.0"},
        sends="PUT /invoices/7058",
        wire=("GET /invoices/7058", "PUT /invoices/7058", "GET /invoices/7058"),
        body=document(
            "invoice",
            "<due-at-human-format>NET 10</due-at-human-format>",
            '<discount type="decimal">25.0</discount>',
        ),
    ),
    Endpoint(
        id="IN-4",
        tool="remove_invoice_line",
        arguments={"invoice_id": DRAFT, "line_id": 1},
        sends="PUT /invoices/7058",
        wire=("GET /invoices/7058", "PUT /invoices/7058", "GET /invoices/7058"),
        body=document(
            "invoice",
            f"<csv-line-items>{HEADER}{MANAGED}</csv-line-items>",
        ),
    ),
    Endpoint(
        id="IN-4",
        tool="add_invoice_line",
        arguments={"invoice_id": DRAFT, "kind": "Product", "quantity": "2", "unit_price": "5"},
        sends="PUT /invoices/7058",
        wire=("GET /invoices/7058", "PUT /invoices/7058", "GET /invoices/7058"),
        body=document(
            "invoice", f"<csv-line-items>{HEADER}{DESIGN}{MANAGED}Product,,2,5,,false,false,\n</csv-line-items>"
        ),
    ),
    Endpoint(
        id="IN-4",
        tool="update_invoice_line",
        arguments={"invoice_id": DRAFT, "line_id": 1, "quantity": "13"},
        sends="PUT /invoices/7058",
        wire=("GET /invoices/7058", "PUT /invoices/7058", "GET /invoices/7058"),
        body=document("invoice", f"<csv-line-items>{HEADER}{DESIGN.replace('12', '13')}{MANAGED}</csv-line-items>"),
    ),
    Endpoint(
        id="IN-5",
        tool="delete_invoice",
        arguments={"invoice_id": DRAFT},
        sends="DELETE /invoices/7058",
        wire=(
            *("GET /invoices/7058", "GET /invoices/7058/messages", "GET /invoices/7058/payments") * 2,
            *("DELETE /invoices/7058", "GET /invoices/7058"),
        ),
    ),
    Endpoint(
        id="IM-1",
        tool="list_invoice_messages",
        arguments={"invoice": "id 7001"},
        sends="GET /invoices/7001/messages",
        wire=("GET /invoices/7001/messages",),
    ),
    Endpoint(
        id="IM-2",
        tool="get_invoice_message",
        arguments={"invoice": "id 7001", "invoice_message_id": 6001},
        sends="GET /invoices/7001/messages/6001",
        wire=("GET /invoices/7001/messages/6001",),
    ),
    Endpoint(
        id="IM-3",
        tool="send_invoice",
        arguments={"invoice": "id 7054", "recipients": "a@x.example,b@x.example", "body": "Due", "attach_pdf": True},
        sends="POST /invoices/7054/messages",
        wire=(
            *("GET /invoices/7054/messages", "GET /invoices/7054") * 2,
            *("POST /invoices/7054/messages", "GET /invoices/7054/messages/6056", "GET /invoices/7054"),
        ),
        body=document(
            "invoice-message",
            "<recipients>a@x.example, b@x.example</recipients>",
            "<body>Due</body>",
            '<attach-pdf type="boolean">true</attach-pdf>',
        ),
    ),
    Endpoint(
        id="IM-4",
        tool="delete_invoice_message",
        arguments={"invoice": "id 7001", "invoice_message_id": 6001},
        sends="DELETE /invoices/7001/messages/6001",
        wire=(
            *("GET /invoices/7001/messages/6001", "GET /invoices/7001") * 2,
            *("DELETE /invoices/7001/messages/6001", "GET /invoices/7001/messages/6001", "GET /invoices/7001"),
        ),
    ),
    Endpoint(
        id="IM-5",
        tool="mark_invoice_sent",
        arguments={"invoice_id": DRAFT, "body": "By post"},
        sends="POST /invoices/7058/messages/mark_as_sent",
        wire=(
            *("GET /invoices/7058", "GET /invoices/7058"),
            *("POST /invoices/7058/messages/mark_as_sent", "GET /invoices/7058"),
        ),
        body=document("invoice-message", "<body>By post</body>"),
    ),
    Endpoint(
        id="IM-6",
        tool="close_invoice",
        arguments={"invoice_id": OPEN},
        sends="POST /invoices/7054/messages/mark_as_closed",
        wire=(
            *("GET /invoices/7054", "GET /invoices/7054"),
            *("POST /invoices/7054/messages/mark_as_closed", "GET /invoices/7054"),
        ),
    ),
    Endpoint(
        id="IM-7",
        tool="reopen_invoice",
        arguments={"invoice_id": CLOSED},
        sends="POST /invoices/7009/messages/re_open",
        wire=("GET /invoices/7009", "POST /invoices/7009/messages/re_open", "GET /invoices/7009"),
    ),
    Endpoint(
        id="IM-8",
        tool="mark_invoice_draft",
        arguments={"invoice_id": OPEN, "body": "Too early"},
        sends="POST /invoices/7054/messages/mark_as_draft",
        wire=("GET /invoices/7054", "POST /invoices/7054/messages/mark_as_draft", "GET /invoices/7054"),
        body=document("invoice-message", "<body>Too early</body>"),
    ),
    Endpoint(
        id="IP-1",
        tool="list_invoice_payments",
        arguments={"invoice": "id 7001"},
        sends="GET /invoices/7001/payments",
        wire=("GET /invoices/7001/payments",),
    ),
    Endpoint(
        id="IP-2",
        tool="get_invoice_payment",
        arguments={"invoice": "id 7001", "invoice_payment_id": 5001},
        sends="GET /invoices/7001/payments/5001",
        wire=("GET /invoices/7001/payments/5001",),
    ),
    Endpoint(
        id="IP-3",
        tool="create_invoice_payment",
        arguments={"invoice": "id 7054", "amount": "100.00", "paid_at": "2018-03-05T09:12:44Z", "notes": "Cash"},
        sends="POST /invoices/7054/payments",
        wire=(
            *("GET /invoices/7054/payments", "GET /invoices/7054") * 2,
            *("POST /invoices/7054/payments", "GET /invoices/7054/payments/5057", "GET /invoices/7054"),
        ),
        body=document(
            "payment",
            '<amount type="decimal">100.00</amount>',
            '<paid-at type="datetime">2018-03-05T09:12:44Z</paid-at>',
            "<notes>Cash</notes>",
        ),
    ),
    Endpoint(
        id="IP-4",
        tool="delete_invoice_payment",
        arguments={"invoice": "id 7001", "invoice_payment_id": 5001},
        sends="DELETE /invoices/7001/payments/5001",
        wire=(
            *("GET /invoices/7001/payments/5001", "GET /invoices/7001") * 2,
            *("DELETE /invoices/7001/payments/5001", "GET /invoices/7001/payments/5001", "GET /invoices/7001"),
        ),
    ),
    Endpoint(
        id="IC-1",
        tool="list_invoice_item_categories",
        sends="GET /invoice_item_categories",
        wire=("GET /invoice_item_categories",),
    ),
    Endpoint(
        id="IC-2",
        tool="create_invoice_item_category",
        arguments={"name": "Fonts", "use_as_service": True},
        sends="POST /invoice_item_categories",
        wire=("GET /invoice_item_categories", "POST /invoice_item_categories", "GET /invoice_item_categories"),
        body=document(
            "invoice-item-category", "<name>Fonts</name>", '<use-as-service type="boolean">true</use-as-service>'
        ),
    ),
    Endpoint(
        id="IC-3",
        tool="update_invoice_item_category",
        arguments={"invoice_item_category_id": 4003, "name": "Journeys"},
        sends="PUT /invoice_item_categories/4003",
        wire=("GET /invoice_item_categories", "PUT /invoice_item_categories/4003", "GET /invoice_item_categories"),
        body=document("invoice-item-category", "<name>Journeys</name>"),
    ),
    Endpoint(
        id="IC-4",
        tool="delete_invoice_item_category",
        arguments={"invoice_item_category_id": 4003},
        sends="DELETE /invoice_item_categories/4003",
        wire=(
            *("GET /invoice_item_categories", "GET /invoice_item_categories"),
            *("DELETE /invoice_item_categories/4003", "GET /invoice_item_categories"),
        ),
    ),
]
