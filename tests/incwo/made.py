"""Of every resource: the first row of its list, and what the tests create and change of it."""

from typing import Any

# By noun: the plural, how many pages there are, and the first row under its columns.
LISTED: dict[str, tuple[str, str, str, str]] = {
    "contact": (
        "contacts",
        "part of page 1 of 10",
        "id,last_name,first_name,contact_type,firm_id,job_title,firm_name",
        "880005,Dupont,Anne,client,500005,Acheteuse,Menuiserie Lacaze",
    ),
    "firm": (
        "firms",
        "part of page 1 of 3",
        "id,name,firm_type,siren",
        "500005,Menuiserie Lacaze,client,999000000",
    ),
    "project": (
        "projects",
        "part of page 1 of 1",
        "id,name,reference,status_id,start_date,end_date",
        "300005,Escalier hélicoïdal Fourvière,P-01,active,2018-01-04,2018-04-19",
    ),
    "task": (
        "tasks",
        "part of page 1 of 1",
        "id,title,status_id,priority_id,assigned_user_id,project_id,project,due_at",
        "1005,Rappeler Mme Dupont,pending,high,31,300005,Escalier hélicoïdal Fourvière,2018-03-07",
    ),
    "timesheet": (
        "timesheets",
        "part of page 1 of 1",
        "id,user_id,period,status_id,unit",
        "1005,31,2018-02-01,unknown state (700229),hours",
    ),
    "lead": (
        "leads",
        "part of page 1 of 1",
        "id,client_name,topic,contact_id,contact,firm_id,firm,is_engaged,value,value_date,confidence_pct",
        "1005,Menuiserie Lacaze,Sous-traitance d'été,880005,Anne Dupont,500005,Menuiserie Lacaze,customer,12000.00,"
        "2018-04-04,70.0",
    ),
    "product": (
        "products",
        "part of page 1 of 1",
        "id,is_active,price,total_stock,name,reference",
        '640005,true,12.50,84.0,"Vis inox 4×40, boîte de 200",VIS-4x40',
    ),
    "stock_movement": (
        "stock_movements",
        "part of page 1 of 1",
        "id,customer_product_id,product,origin_warehouse_id,quantity,direction,moved_at",
        '1005,640005,"Vis inox 4×40, boîte de 200",75,100.0,in,2018-03-05 13:00',
    ),
    "proposal": (
        "proposals",
        "part of page 1 of 1",
        "id,progress_id,reference,billing_date,vat_exl_total,vat_inc_total,title,client_name,contact_id,firm_id,firm,"
        "sheet_type",
        "720005,accepted,D-0101,2017-12-25,15150.00,16700.00,"
        "Escalier hélicoïdal,SCI Les Terrasses de Fourvière,,500105,SCI Les Terrasses de Fourvière,proposal",
    ),
    "invoice": (
        "invoices",
        "part of page 1 of 1",
        "id,sheet_type,progress_id,reference,contact_id,firm_id,firm,title,billing_date,vat_exl_total,vat_inc_total",
        '750005,invoice,,F-0101,,500150,Librairie L\'Encre & la Plume,"Comptoir, solde",2017-10-06,6400.00,7680.00',
    ),
    "purchase_bill": (
        "purchase_bills",
        "part of page 1 of 1",
        "id,title,supplier_id,supplier_firm_id,firm,supplier_name,payment_date,bill_reference,amount",
        '770005,"Chêne sec, 2,4 m³",,500050,Scierie Béal-Chaumeil,,2018-02-11,SB-4471,4032.00',
    ),
    "cash_deposit": (
        "cash_deposits",
        "part of page 1 of 1",
        "id,kind,amount_ttc,deposit_date,sheet_name,sheet_id,payment_type_id",
        "1005,actual,7680.00,2017-11-05,invoice,750005,wire",
    ),
    "bank_account": (
        "bank_accounts",
        "part of page 1 of 1",
        "id,name,bank_name,bank_bic",
        "1005,Compte courant,Banque Coopérative du Rhône,XXXXFRPPXXX",
    ),
    "staff_member": (
        "staff",
        "part of page 1 of 1",
        "id,user_id,first_name,last_name,arrival_date,job_label",
        "1005,31,Émilie,Sureau,2005-09-01,Gérante",
    ),
    "vacation": (
        "vacations",
        "part of page 1 of 1",
        "id,status_id,staff_member_id,staff_member,start_date,stop_date,duration,vacation_type_id",
        "1005,accepted,1010,Loïc Kerjean,2018-03-25,2018-04-08,10.0,paid_leave",
    ),
    "expense": (
        "expenses",
        "part of page 1 of 1",
        "id,staff_member_id,staff_member,period,advance_amount,status_id,submission_date",
        "1005,1005,Émilie Sureau,2018-02-01,0.00,unknown state (620133),2018-03-01",
    ),
    "contract": (
        "contracts",
        "part of page 1 of 1",
        "id,signing_date,title,party,begin_date,end_date,reference",
        "1005,2017-01-29,Maintenance des volets,Mairie de Sainte-Foy-l'Argentière,2017-02-08,2019-02-08,C-01",
    ),
    "file": (
        "files",
        "part of page 1 of 1",
        "id,upload_file_name,object_zname,object_zid,upload_file_size",
        "1005,plan-limon.pdf,projects,300005,481233",
    ),
}

Body = list[tuple[str, str]]
# By noun: what is created, as it leaves; what is changed of it, as it leaves; what it is called then.
WRITTEN: dict[str, tuple[dict[str, Any], Body, dict[str, Any], Body, str]] = {
    "contact": (
        {"last_name": "Lindqvist", "first_name": "Maya", "firm": "Charpentes Œuvrard & Fils"},
        [("last_name", "Lindqvist"), ("first_name", "Maya"), ("firm_id", "500010")],
        {"job_title": "Gérante"},
        [("job_title", "Gérante")],
        '"Maya Lindqvist" (881005)',
    ),
    "firm": (
        {"name": "Atelier Neuf", "siren": "999999999"},
        [("name", "Atelier Neuf"), ("siren", "999999999")],
        {"tva": "FR40"},
        [("tva", "FR40")],
        '"Atelier Neuf" (500305)',
    ),
    "project": (
        {"name": "Hangar", "status_id": "active", "start_date": "2026-01-31"},
        [("name", "Hangar"), ("status_id", "1"), ("start_date", "31-01-2026")],
        {"status_id": "done"},
        [("status_id", "3")],
        '"Hangar" (300045)',
    ),
    "task": (
        {"title": "Appeler", "project": "Terrasse du camping", "due_at": "2026-02-01", "priority_id": "high"},
        [("title", "Appeler"), ("priority_id", "257"), ("project_id", "300020"), ("due_at", "01-02-2026")],
        {"status_id": "complete"},
        [("status_id", "237")],
        '"Appeler" (1050)',
    ),
    "timesheet": (
        {
            "user_id": 36,
            "period": "2025-12-01",
            "unit": "hours",
            "timesheet_lines": [{"day": 3, "duration": "7.5", "branch_id": "it"}],
        },
        [
            ("user_id", "36"),
            ("period", "01-12-2025"),
            ("unit", "530"),
            ("timesheet_lines", "branch_id=575 day=3 duration=7.5"),
        ],
        {"unit": "half_days"},
        [("unit", "531")],
        '"2025-12-01" (1030)',
    ),
    "lead": (
        {"topic": "Refonte", "contact": "880005", "value": "1200.50", "is_engaged": "prospect"},
        [("topic", "Refonte"), ("contact_id", "880005"), ("is_engaged", "0"), ("value", "1200.50")],
        {"importance": 5},
        [("importance", "5")],
        '"Refonte" (1035)',
    ),
    "product": (
        {"name": "Vis laiton", "price": "0.35", "vat_id": "20%"},
        [("price", "0.35"), ("vat_id", "607"), ("name", "Vis laiton")],
        {"is_active": False},
        [("is_active", "0")],
        '"Vis laiton" (640060)',
    ),
    "stock_movement": (
        {"product": "640005", "quantity": "3", "direction": "in", "origin_warehouse_id": 75},
        [("customer_product_id", "640005"), ("origin_warehouse_id", "75"), ("quantity", "3"), ("direction", "1")],
        {},
        [],
        '"2018-03-05 13:00" (1030)',
    ),
    "proposal": (
        {"title": "Escalier", "firm": "Charpentes Œuvrard & Fils", "billing_date": "2026-01-31"},
        [("billing_date", "31-01-2026"), ("title", "Escalier"), ("firm_id", "500010")],
        {"subtitle": "Bis"},
        [("subtitle", "Bis")],
        '"D1803-1 Escalier" (720035)',
    ),
    "invoice": (
        {
            "sheet_type": "draft",
            "firm": "Charpentes Œuvrard & Fils",
            "title": "Travaux",
            "bill_lines": [{"description": "Pose", "unit_price": "52", "quantity": "2", "vat_value_id": "20%"}],
            "billing_date": "2026-01-31",
        },
        [
            ("sheet_type", "invoice_maybe"),
            ("firm_id", "500010"),
            ("title", "Travaux"),
            ("billing_date", "31-01-2026"),
            ("bill_lines", "vat_value_id=607 description=Pose unit_price=52 quantity=2"),
        ],
        {"subtitle": "Bis"},
        [("subtitle", "Bis")],
        '"F1803-1 Travaux" (750040)',
    ),
    "purchase_bill": (
        {"title": "Papier", "supplier_name": "Divers", "bill_reference": "X-1", "amount": "12.5"},
        [("title", "Papier"), ("supplier_name", "Divers"), ("bill_reference", "X-1"), ("amount", "12.5")],
        {"payed_amount": "2.5"},
        [("payed_amount", "2.5")],
        '"Papier" (770030)',
    ),
    "cash_deposit": (
        {
            "kind": "expected",
            "amount_ttc": "12.5",
            "deposit_date": "2026-01-31",
            "sheet_name": "invoice",
            "sheet_id": 750005,
        },
        [
            ("kind", "plan"),
            ("amount_ttc", "12.5"),
            ("deposit_date", "31-01-2026"),
            ("sheet_name", "bill_sheets"),
            ("sheet_id", "750005"),
        ],
        {"bank_reconciled": True},
        [("bank_reconciled", "1")],
        '"2026-01-31 12.50" (1030)',
    ),
    "bank_account": (
        {"name": "Livret", "bank_iban": "FR7630006000011234567890189"},
        [("name", "Livret"), ("bank_iban", "FR7630006000011234567890189")],
        {"city": "Lyon"},
        [("city", "Lyon")],
        '"Livret" (1020)',
    ),
    "vacation": (
        {
            "staff_member": "Loïc Kerjean",
            "start_date": "2026-07-01",
            "stop_date": "2026-07-15",
            "duration": "10",
            "vacation_type_id": "paid_leave",
        },
        [
            ("staff_member_id", "1010"),
            ("start_date", "01-07-2026"),
            ("stop_date", "15-07-2026"),
            ("duration", "10"),
            ("vacation_type_id", "61"),
        ],
        {"status_id": "accepted"},
        [("status_id", "66")],
        '"2026-07-01 2026-07-15" (1030)',
    ),
    "expense": (
        {
            "staff_member": "Loïc Kerjean",
            "period": "2025-12-01",
            "expense_lines": [{"day": 3, "type_id": "taxi", "amount": "18.40", "tva_pct": "10%"}],
        },
        [
            ("staff_member_id", "1010"),
            ("period", "01-12-2025"),
            ("expense_lines", "day=3 type_id=248 amount=18.40 tva_pct=552"),
        ],
        {"advance_amount": "50"},
        [("advance_amount", "50")],
        '"2025-12-01" (1020)',
    ),
    "contract": (
        {"title": "Entretien", "party": "Mairie", "reference": "C-9"},
        [("title", "Entretien"), ("party", "Mairie"), ("reference", "C-9")],
        {"renew_date": "2027-01-01"},
        [("renew_date", "01-01-2027")],
        '"Entretien" (1020)',
    ),
    "file": (
        {"upload_file_name": "plan.txt", "file_data_base64": "UGxhbg=="},
        [("upload_file_name", "plan.txt"), ("file_data_base64", "UGxhbg==")],
        {"upload_file_description": "Vu"},
        [("upload_file_description", "Vu")],
        '"plan.txt" (1020)',
    ),
}
