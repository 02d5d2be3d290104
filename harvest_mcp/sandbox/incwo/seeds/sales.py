"""Leads, the catalog, stock movements and proposals; for the format of the cells see `seeds`."""

LEADS = """
manager_id | client_name | topic | contact_id | firm_id | is_engaged | importance | value | value_date | confidence_pct
31 | Menuiserie Lacaze | Sous-traitance d'été | #0 | #0 | 1 | 4 | 12000.0 | @30 | 70.0
31 | Théâtre de l'Iris Bleu | Gradins démontables | - | #17 | 0 | 5 | 48000.0 | @90 | 35.0
36 | Vignobles Aufranc | Chai : portes coulissantes | - | #19 | 0 | 3 | 15500.0 | @60 | 50.0
31 | Université du Vercors | Amphi B : habillage | - | #35 | 0 | 5 | 92000.0 | @180 | 20.0
36 | Œnone d’Hérouville-Saint-Clair | Bibliothèque | #198 | 0 | 0 | 2 | 7800.0 | @21 | 80.0
31 | Ganterie Jouvin | Vitrine d'époque | - | #34 | 0 | 1 | 4300.0 | - | 10.0
"""

PRODUCTS = """
name | reference | is_active | price | cost | vat_id | total_stock | brand_id | product_category_id | barcode | description
Vis inox 4×40, boîte de 200 | VIS-4x40 | 1 | 12.5 | 6.1 | 607 | 84.0 | 9105 | 3105 | 2000000000015 | Tête fraisée.
Lame de terrasse mélèze 27×145 | LT-27-145 | 1 | 9.8 | 5.35 | 607 | 410.0 | - | 3110 | - | Au mètre.
Plot réglable 50-80 | PLOT-50 | 1 | 2.95 | 1.2 | 607 | 0.0 | 9105 | 3110 | 2000000000022 | -
Lasure chêne clair 5 L | LAS-CC5 | 1 | 89.0 | 47.5 | 607 | 12.0 | 9110 | 3115 | 2000000000039 | -
Huile dure 1 L | HUI-1 | 1 | 34.9 | 19.0 | 607 | -2.0 | 9110 | 3115 | - | Séchage : 8 h.
Pose, l'heure | MO-POSE | 1 | 52.0 | 31.0 | 552 | - | - | 3120 | - | TVA réduite en rénovation.
Déplacement Lyon & agglomération | DEP-69 | 1 | 45.0 | - | 607 | - | - | 3120 | - | -
Charnière invisible 3D | CHA-3D | 1 | 18.4 | 9.9 | 607 | 36.0 | 9105 | 3105 | - | -
Parquet à la française | PAR-FR | 0 | 74.0 | 41.0 | 607 | 0.0 | - | 3110 | - | Remplacé.
Escalier ¼ tournant, étude | ET-ESC | 1 | 350.0 | 120.0 | 607 | - | - | 3120 | - | -
Traitement curatif | - | 1 | 28.0 | 11.0 | 552 | - | - | 3120 | - | -
"""  # noqa: E501 - one line each

STOCK_MOVEMENTS = """
customer_product_id | origin_warehouse_id | quantity | direction | comments
#0 | 75 | 100.0 | 1 | Réception Desgranges
#0 | 75 | 16.0 | -1 | Chantier P-01
#1 | 75 | 410.0 | 1 | -
#4 | 75 | 2.0 | -1 | Inventaire
#7 | 80 | 0.0 | 1 | -
"""

PROPOSALS = """
progress_id | reference | billing_date | title | subtitle | contact_id | firm_id | sheet_type | reduction_percent | billing_add_city
557 | D-0101 | @-70 | Escalier hélicoïdal | Fourvière | - | #20 | proposal | - | Lyon
556 | D-0102 | @-30 | Gradins | Tranche ferme | - | #17 | proposal | 5.0 | Villeurbanne
555 | D-0103 | @-2 | Bibliothèque sur mesure | - | #198 | 0 | proposal | - | -
558 | D-0104 | @-200 | Bardage « tradition » | Variante | - | #32 | proposal | - | Évian-les-Bains
620105 | D-0105 | @-260 | Volets de la mairie | 34 paires | - | #5 | proposal | 2.5 | Sainte-Foy-l'Argentière
557 | BL-0001 | @-15 | Livraison quincaillerie | - | #0 | #0 | delivery_note | - | Lyon
"""  # noqa: E501 - one line each

PROPOSAL_LINES = """
of | customer_product_id | content_kind | vat_value_id | description | unit_price | quantity | unit | description_more
0 | #9 | - | 607 | Étude | 350.0 | 1.0 | - | Plans et note de calcul
0 | 0 | - | 552 | Fabrication et pose | 14800.0 | 1.0 | ens | -
0 | 0 | option | 552 | Main courante en laiton | 1250.0 | 1.0 | ens | -
0 | 0 | comment | - | Délai : huit semaines. | - | - | - | -
1 | 0 | - | 607 | Gradins, 180 places | 41200.0 | 1.0 | ens | -
1 | #5 | - | 607 | Montage | 52.0 | 64.5 | h | -
2 | 0 | - | 552 | Bibliothèque en frêne | 6900.0 | 1.0 | - | -
2 | #6 | - | 552 | Déplacement | 45.0 | 2.0 | - | -
3 | #1 | - | 607 | Lames | 9.8 | 480.25 | m | -
4 | 0 | - | 607 | Volet à l'identique | 360.0 | 34.0 | u | -
4 | 0 | total | - | - | - | - | - | -
5 | #0 | - | 607 | Vis inox 4×40 | 12.5 | 8.0 | bte | -
"""

PLANNED = """
of | kind | amount_ttc | deposit_date | payment_type_id
0 | plan | 5010.0 | @-60 | 265
0 | plan | 11690.0 | @30 | 265
"""
