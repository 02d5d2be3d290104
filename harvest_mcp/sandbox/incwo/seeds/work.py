"""Projects, tasks and timesheets; for the format of the cells see `seeds`."""

PROJECTS = """
name | reference | description | status_id | budget_euros | budget_hours | budget_halfdays | start_date | end_date
Escalier hélicoïdal Fourvière | P-01 | Chêne massif, limon central. | 1 | 18500.0 | 220.0 | 55.0 | @-60 | @45
Charpente du préau, collège | P-02 | Lamellé-collé, 24 m. | 1 | 64200.0 | 610.0 | 152.0 | @-35 | @120
Agencement pharmacie | P-03 | - | 1 | 27400.0 | 310.0 | - | @-20 | @40
Terrasse du camping | P-04 | Mélèze, 320 m², plots. | 2 | 21000.0 | 180.0 | 45.0 | @-90 | -
Bardage de l'office de tourisme | P-05 | - | 1 | 38900.0 | 400.0 | 100.0 | @-12 | @95
Comptoir « L'Encre & la Plume » | P-06 | - | 3 | 6400.0 | 70.0 | 17.5 | @-210 | @-150
Réfection des volets, mairie | P-07 | 34 paires, à l'identique. | 3 | 12300.0 | 140.0 | 35.0 | @-320 | @-240
Crèche : mobilier bas | P-08 | - | 1 | 9800.0 | 110.0 | 27.5 | @-5 | @60
"""

TASKS = """
title | content | type_id | service_id | status_id | priority_id | assigned_user_id | project_id | due_at | object_name | object_zid
Rappeler Mme Dupont | Confirmer les cotes. | 46 | 79 | 236 | 257 | 31 | #0 | @2 | contacts | 880005
Commander le chêne | 2,4 m³, séché. | 44 | 84 | 237 | 258 | 31 | #0 | @-20 | - | -
Plan d'exécution du limon | - | 46 | 525 | 236 | 257 | 36 | #0 | @5 | - | -
Visite de sécurité | Avec le coordonnateur. | 44 | 81 | 236 | 258 | 41 | #1 | @14 | - | -
Demander l'arrêté de voirie | - | 44 | 85 | 236 | 258 | 31 | #1 | @9 | - | -
Relance devis | - | 45 | 79 | 238 | 259 | 31 | #3 | @-40 | firms | 500155
Échantillons de lasure | Trois teintes. | 45 | 84 | 237 | 259 | 36 | #4 | @-3 | - | -
Réserve : porte n° 4 | À reprendre. | 46 | 81 | 239 | 257 | 41 | #6 | @-230 | - | -
Photos pour le site | - | 45 | 83 | 236 | 259 | 36 | - | @30 | - | -
"""  # noqa: E501 - one line each

TIMESHEETS = """
user_id | period | status_id | validated_at | validator_id | unit
31 | @m1 | 700229 | @-3 | 31 | 530
36 | @m1 | 700229 | @-3 | 31 | 530
41 | @m1 | 700230 | - | - | 531
31 | @m0 | 700230 | - | - | 530
36 | @m0 | 700230 | - | - | 530
"""

TIMESHEET_LINES = """
of | user_id | branch_id | day | duration | description | comment | project_id
0 | 31 | 79 | 3 | 4.0 | Rendez-vous de chantier | - | #0
0 | 31 | 81 | 4 | 7.5 | Métré | Avec l'architecte | #1
1 | 36 | 525 | 3 | 7.0 | Dessin du limon | - | #0
1 | 36 | 525 | 5 | 3.5 | Épure | - | #0
2 | 41 | 620 | 11 | 2.0 | Congé | - | -
3 | 31 | 85 | 1 | 2.0 | Courrier | - | -
"""
