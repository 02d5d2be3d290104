"""Staff, vacations, expenses, contracts and files; for the format of the cells see `seeds`."""

STAFF = """
user_id | civility_label_id | first_name | last_name | birth_date | birth_city | nationality_country_id | s_security_nb | arrival_date | job_label | email
31 | 18 | Émilie | Sureau | 14-02-1979 | Mâcon | France | 279027199900101 | 01-09-2005 | Gérante | emilie@atelier-sureau.example
36 | 17 | Loïc | Kerjean | 03-11-1988 | Quimper | France | 188112999900202 | 02-05-2012 | Dessinateur | loic@atelier-sureau.example
41 | 17 | Amadou | N'Diaye | 21-07-1991 | Saint-Louis | Sénégal | 191079999900303 | 15-01-2018 | Chef d'équipe | amadou@atelier-sureau.example
- | 19 | Chloé | Œuf | 30-05-2003 | Lyon | France | 203056999900404 | 01-09-2021 | Apprentie | -
- | 17 | Jean-Marc | Pâris | 09-01-1964 | Tarare | France | 164016999900505 | 01-03-1999 | Compagnon | -
"""  # noqa: E501 - one line each

VACATIONS = """
status_id | staff_member_id | start_date | stop_date | duration | vacation_type_id
66 | #1 | @20 | @34 | 10.0 | 61
65 | #2 | @8 | @10 | 1.5 | 64
67 | #3 | @3 | @5 | 2.0 | 68
66 | #4 | @-30 | @-16 | 10.0 | 61
509 | #0 | @60 | @75 | 11.0 | 61
"""

EXPENSES = """
staff_member_id | vehicule_fiscal_power | period | advance_amount | status_id | submission_date | validator_id | validated_at
#0 | 5 | @m1 | 0.0 | 620133 | @-4 | 31 | @-2
#1 | - | @m1 | 100.0 | 620133 | @-6 | 31 | @-2
#2 | 7 | @m0 | 0.0 | 620134 | - | - | -
"""  # noqa: E501 - one line each

EXPENSE_LINES = """
of | day | description | type_id | amount | tva_pct
0 | 4 | Train Lyon-Paris | 247 | 92.0 | 552
0 | 4 | Déjeuner avec l'architecte | 250 | 48.6 | 552
1 | 11 | Gazole | 246 | 71.35 | 607
1 | 12 | Péage | 247 | 8.9 | 607
2 | 2 | Forets | 571 | 36.12 | 607
"""

CONTRACTS = """
signing_date | title | party | staff_member_id | begin_date | end_date | renew_date | reference
@-400 | Maintenance des volets | Mairie de Sainte-Foy-l'Argentière | #0 | @-390 | @340 | @310 | C-01
@-200 | Location de la nacelle | Société Générale de Toiture | #0 | @-200 | @165 | - | C-02
@-90 | Assurance décennale | Mutuelle des Artisans | #0 | @-90 | @275 | @245 | C-03
"""

FILES = """
upload_file_name | object_zname | object_zid | upload_file_size | upload_file_description
plan-limon.pdf | projects | 300005 | 481233 | Indice B
photo façade n° 2.jpg | firms | 500165 | 2214009 | -
attestation décennale.pdf | - | - | 98112 | À joindre aux devis / et aux marchés.
"""
