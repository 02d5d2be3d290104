"""Invoices, purchase bills, cash deposits and bank accounts; for the format of the cells see `seeds`."""

INVOICES = """
sheet_type | sheet_subtype | reference | billing_date | title | contact_id | firm_id | project_id | bank_account_id | payed_amount
invoice | 0 | F-0101 | @-150 | Comptoir, solde | - | #29 | #5 | #0 | 7680.0
invoice | 0 | F-0102 | @-58 | Escalier, acompte de 30 % | - | #20 | #0 | #0 | 5010.0
invoice | 0 | F-0103 | @-31 | Volets, situation n° 3 | - | #5 | #6 | #0 | 0.0
invoice | 1 | F-0104 | @-25 | Honoraires d'étude | #16 | #8 | - | #1 | 0.0
invoice_maybe | 0 | - | @-1 | Agencement pharmacie, acompte | - | #22 | #2 | #0 | 0.0
invoice_maybe | 0 | - | @0 | Bibliothèque | #198 | 0 | - | -1 | 0.0
credit_note | 0 | A-0001 | @-20 | Avoir sur F-0103 | - | #5 | #6 | #0 | 0.0
"""  # noqa: E501 - one line each

BILL_LINES = """
of | customer_product_id | description | unit_price | quantity | vat_value_id
0 | 0 | Comptoir en noyer | 6400.0 | 1.0 | 607
1 | 0 | Acompte selon devis | 4545.0 | 1.0 | 552
2 | 0 | Volet à l'identique | 360.0 | 12.0 | 607
2 | #5 | Pose | 52.0 | 18.0 | 552
3 | #9 | Étude d'escalier | 350.0 | 2.0 | 607
4 | 0 | Acompte | 8220.0 | 1.0 | 607
5 | 0 | Bibliothèque en frêne | 6900.0 | 1.0 | 552
6 | 0 | Volet refusé | 360.0 | -1.0 | 607
"""

PURCHASE_BILLS = """
title | supplier_id | supplier_firm_id | supplier_name | payment_date | bill_reference | amount | vat_value_id | vat_value | payed_amount
Chêne sec, 2,4 m³ | - | #9 | - | @-22 | SB-4471 | 4032.0 | 607 | 672.0 | 4032.0
Quincaillerie de mars | - | #10 | - | @-18 | 18-2209 | 871.56 | 607 | 145.26 | 0.0
Lasures | - | #11 | - | @-9 | VH/0093 | 614.4 | 607 | 102.4 | 0.0
Transport des fermes | - | #13 | - | @-7 | GP 77120 | 1440.0 | 607 | 240.0 | 1440.0
Taxe de voirie | 0 | 0 | Mairie de Tarare | @-3 | T-19 | 96.0 | 225 | 0.0 | 0.0
"""  # noqa: E501 - one line each

CASH_DEPOSITS = """
kind | amount_ttc | deposit_date | sheet_name | sheet_id | payment_type_id | payment_type_info | bank_account_id | bank_reconciled | comments
deposit | 7680.0 | @-120 | bill_sheets | 750005 | 265 | 0 | #0 | 1 | -
deposit | 5010.0 | @-50 | bill_sheets | 750010 | 55 | n° 0047112 | #0 | 1 | Remis le jour même
plan | 5221.44 | @15 | bill_sheets | 750015 | 265 | 0 | #0 | 0 | -
deposit | 4032.0 | @-15 | emitted_payments | 770005 | 574 | 0 | #0 | 0 | -
deposit | 1440.0 | @-2 | emitted_payments | 770020 | 622 | 0 | #1 | 0 | -
"""  # noqa: E501 - one line each

BANK_ACCOUNTS = """
name | bank_name | bank_code | bank_desk | bank_account | bank_key | bank_iban | bank_bic | bank_dom | street_address | zip_code | city | country
Compte courant | Banque Coopérative du Rhône | 99999 | 00011 | 00000123457 | 31 | FR7699999000110000012345731 | XXXXFRPPXXX | Lyon Bellecour | 20 place Bellecour | 69002 | Lyon | France
Compte chantiers | Banque Coopérative du Rhône | 99999 | 00011 | 00000765438 | 02 | FR7699999000110000076543802 | XXXXFRPPXXX | Lyon Bellecour | 20 place Bellecour | 69002 | Lyon | France
Épargne | Mutuelle des Artisans | 99998 | 00200 | 00000555551 | 77 | FR7699998002000000055555177 | YYYYFRPP | Part-Dieu | - | 69003 | Lyon | France
"""  # noqa: E501 - one line each
