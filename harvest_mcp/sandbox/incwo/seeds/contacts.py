"""The people: position of their firm, civility, first and last name, title, department, mailbox, mobile, comment.

A mailbox is completed with the firm's domain unless it is a whole address; ` / ` in a comment is a line break.
"""

CONTACTS = """
0 | 18 | Anne | Dupont | Acheteuse | Achats | anne.dupont | 06 39 98 01 01 | L’appeler le matin. / Portail vert.
0 | 17 | Jean | Dupont | Gérant | Direction | jean.dupont | 06 39 98 01 02
0 | 17 | Jean | Dupont | Apprenti | - | - | - | Homonyme du gérant : son fils.
1 | 18 | Sylvie | Lemaître | Assistante | Secrétariat | - | 06 39 98 10 03
1 | 18 | Françoise | Aÿ | Conductrice de travaux | Chantiers | francoise.ay
1 | 17 | Stéphane | Desgranges | Conducteur de travaux | Chantiers | stephane.desgranges | 06 39 98 10 05
2 | 19 | Linh | Vaillant | Gérante | Direction | linh.vaillant | 06 39 98 10 06
2 | 17 | Grégoire | Payen | Assistant | Secrétariat | gregoire.payen | 06 39 98 10 07
2 | 18 | Éloïse | Châtelain | Cheffe d'équipe | Chantiers | eloise.chatelain
3 | 18 | Laurence | O’Brien | Responsable technique | Technique | - | 06 39 98 10 09
3 | 17 | Gérard | Petit-Jean | Apprenti | - | gerard.petit-jean | 06 39 98 10 10
4 | 17 | Benoît | Aÿ | Directeur | Direction | benoit.ay
4 | 18 | Fatima | Dufœuil | Chargée d'affaires | Commerce | fatima.dufoeuil | 06 39 98 10 12
5 | 17 | Nicolas | Voiron
5 | 18 | Françoise | Nguyễn | Comptable | Comptabilité | francoise.nguyen
6 | 18 | Véronique | Dupont | Acheteuse | Achats | veronique.dupont | 06 39 98 10 15
6 | 17 | Antoine | Müller-Schmitt | Chef d'équipe | Chantiers
6 | 17 | Bastien | Thévenet | Directeur | Direction | bastien.thevenet | 06 39 98 10 17
6 | 17 | Loïc | Roux | Conducteur de travaux | Chantiers | - | 06 39 98 10 18
6 | 18 | Clémence | Müller-Schmitt | Conductrice de travaux | Chantiers | clemence.muller-schmitt | 06 39 98 10 19
7 | 18 | Chloé | Desgranges | Comptable | Comptabilité | chloe.desgranges | 06 39 98 10 20
7 | 18 | Agnès | Grégory | Conductrice de travaux | Chantiers | agnes.gregory
7 | 18 | Élodie | Œuvrard | Acheteuse | Achats | elodie.oeuvrard | 06 39 98 10 22
7 | 17 | Hervé | Perret | Gérant | Direction | herve.perret
8 | 18 | Marie-Ève | Lœuillet | Architecte DPLG | Agence | me.loeuillet | 06 39 98 08 01 | À convier à l'inauguration.
8 | 18 | Sylvie | d'Aboville | Chargée d'affaires | Commerce | sylvie.d-aboville | 06 39 98 10 24
9 | 17 | Xavier | Hérisson | Acheteur | Achats | xavier.herisson | 06 39 98 10 26
9 | 17 | Antoine | Soubeyrand | - | - | antoine.soubeyrand
9 | 17 | Noé | Faÿ | Directeur | Direction | noe.fay | 06 39 98 10 28
10 | 17 | Gérard | d'Aboville | Gérant | Direction | gerard.d-aboville | 06 39 98 10 29
10 | 18 | Clémence | Chamoux | Cheffe d'équipe | Chantiers | clemence.chamoux | 06 39 98 10 30
10 | 17 | Étienne | Béal | Conducteur de travaux | Chantiers | etienne.beal | 06 39 98 10 31
10 | 19 | Apolline | Dupont | Cheffe d'équipe | Chantiers | apolline.dupont
11 | 17 | Rémi | Bernard | Comptable | Comptabilité | remi.bernard | 06 39 98 10 33
11 | 17 | Éric | Guichard-Perrachon | Directeur | Direction | eric.guichard-perrachon
12 | 18 | Cécile | Petit-Jean | Acheteuse | Achats | cecile.petit-jean | 06 39 98 10 35
12 | 17 | Yannick | Grégory | - | - | - | 06 39 98 10 36
12 | 17 | François | Lœuillet | - | - | francois.loeuillet
12 | 18 | Geneviève | Gérard | Gérante | Direction | genevieve.gerard | 06 39 98 10 38
13 | 17 | Joël | Trouillet | Directeur | Direction | joel.trouillet | 06 39 98 10 39
13 | 17 | Karim | Perret | Directeur | Direction | karim.perret
13 | 18 | Aurélie | Ravier | Chargée d'affaires | Commerce | aurelie.ravier | 06 39 98 10 41
14 | 18 | Aurélie | De La Tour | Acheteuse | Achats | aurelie.de-la-tour | 06 39 98 10 42
14 | 18 | Pascale | Ravier | Chargée d'affaires | Commerce | pascale.ravier
15 | 18 | Geneviève | Bouvard | Gérante | Direction | genevieve.bouvard | 06 39 98 10 44
15 | 17 | Gaël | Étcheverry | Assistant | Secrétariat | gael.etcheverry | 06 39 98 10 45
16 | 17 | André | O’Brien | Chargé d'affaires | Commerce | andre.o-brien | 06 39 98 10 46
16 | 17 | Xavier | Pâris | Chargé d'affaires | Commerce | - | 06 39 98 10 47
16 | 18 | Gaëlle | Nuñez | Directrice | Direction | gaelle.nunez | 06 39 98 10 48
17 | 19 | Élodie | Nuñez | Acheteuse | Achats | elodie.nunez | 06 39 98 10 49
17 | 18 | Hélène | Montagné | Comptable | Comptabilité | helene.montagne
17 | 19 | Noémie | Tran | Directrice | Direction | noemie.tran | 06 39 98 10 51
18 | 18 | Éloïse | Hérisson | Gérante | Direction | eloise.herisson
18 | 19 | Pascale | Ançay | Chargée d'affaires | Commerce | pascale.ancay
19 | 18 | Marie-Ève | Œuvrard | Responsable technique | Technique | - | 06 39 98 10 54
19 | 17 | Pierre-Yves | Pâris | Directeur | Direction | pierre-yves.paris
19 | 17 | Grégoire | Guichard-Perrachon | Responsable technique | Technique | gregoire.guichard-perrachon
20 | 18 | Inès | Châtelain | Gérante | Direction | ines.chatelain | 06 39 98 10 57
20 | 17 | Gaël | Pâris | Conducteur de travaux | Chantiers | gael.paris | 06 39 98 10 58
21 | 17 | André | Garcia | Gérant | Direction | andre.garcia | 06 39 98 10 59
21 | 18 | Cécile | Pâris | Gérante | Direction
21 | 17 | Théo | Ançay | Chef d'équipe | Chantiers | theo.ancay | 06 39 98 10 61
21 | 18 | Chloé | Noël | Gérante | Direction | chloe.noel | 06 39 98 10 62
22 | 18 | Awa | Aÿ | Cheffe d'équipe | Chantiers | awa.ay | 06 39 98 10 63
22 | 18 | Anaïs | Fontanel | Responsable technique | Technique | - | 06 39 98 10 64
22 | 17 | Benoît | Dufœuil | Assistant | Secrétariat
23 | 18 | Solène | Delaunay | Acheteuse | Achats | solene.delaunay | 06 39 98 10 66
23 | 17 | Stéphane | Aÿ | Responsable technique | Technique | stephane.ay | 06 39 98 10 67
24 | 19 | Anne | Pâris | Assistante | Secrétariat | - | 06 39 98 10 68
24 | 18 | Élodie | Gérard | Assistante | Secrétariat | elodie.gerard | 06 39 98 10 69
24 | 18 | Geneviève | Aÿ | Chargée d'affaires | Commerce | genevieve.ay
24 | 18 | Bérénice | Lefèvre | Directrice | Direction | berenice.lefevre | 06 39 98 10 71
24 | 17 | Xavier | Nguyễn
25 | 17 | Grégoire | Boissière | Acheteur | Achats | gregoire.boissiere
25 | 18 | Marguerite | Lemaître | Chargée d'affaires | Commerce | marguerite.lemaitre | 06 39 98 10 74
25 | 17 | François | Moulin | Conducteur de travaux | Chantiers | francois.moulin | 06 39 98 10 75
25 | 18 | Marie-Ève | Martin | Cheffe d'équipe | Chantiers | marie-eve.martin
26 | 17 | Ibrahim | Pâris | Gérant | Direction | ibrahim.paris | 06 39 98 10 77
26 | 17 | Quentin | Guichard-Perrachon | - | - | quentin.guichard-perrachon
27 | 18 | Inès | Pâris | Comptable | Comptabilité | ines.paris
27 | 17 | Ibrahim | Martin | Conducteur de travaux | Chantiers | ibrahim.martin
27 | 17 | Yannick | Rousseau | Conducteur de travaux | Chantiers | yannick.rousseau | 06 39 98 10 81
28 | 17 | Frédéric | Yver | Acheteur | Achats | frederic.yver | 06 39 98 10 82
28 | 18 | Marie-Ève | Gérard | - | - | marie-eve.gerard | 06 39 98 10 83
28 | 18 | Anne-Laure | Vial | Comptable | Comptabilité | anne-laure.vial | 06 39 98 10 84
28 | 19 | Inès | Fontanel | Cheffe d'équipe | Chantiers | ines.fontanel
29 | 17 | Gaël | Guichard-Perrachon | Acheteur | Achats | gael.guichard-perrachon | 06 39 98 10 86
29 | 18 | Clémence | Girerd | Responsable technique | Technique | clemence.girerd | 06 39 98 10 87
29 | 17 | Ibrahim | Thévenet | Gérant | Direction | ibrahim.thevenet
29 | 17 | Thomas | Çelik | Acheteur | Achats | thomas.celik | 06 39 98 10 89
30 | 18 | Céline | Dupont | Assistante | Secrétariat | celine.dupont | 06 39 98 10 90
30 | 17 | Jean-Baptiste | Ançay | Responsable technique | Technique | jean-baptiste.ancay | 06 39 98 10 91
30 | 17 | Mickaël | Desgranges | Assistant | Secrétariat
30 | 17 | André | Le Goff | Gérant | Direction | andre.le-goff | 06 39 98 10 93
31 | 17 | Raphaël | Châtelain | Directeur | Direction | raphael.chatelain | 06 39 98 10 94
31 | 18 | Joëlle | d'Aboville | - | - | - | 06 39 98 10 95
32 | 18 | Éloïse | Müller-Schmitt | Directrice | Direction | eloise.muller-schmitt
32 | 18 | Léa | Vial | Acheteuse | Achats | lea.vial | 06 39 98 10 97
32 | 18 | Solène | Dufœuil | - | - | solene.dufoeuil
32 | 18 | Cécile | Desgranges | Comptable | Comptabilité | cecile.desgranges | 06 39 98 10 99
33 | 18 | Céline | O’Brien | Directrice | Direction | celine.o-brien | 06 39 98 11 00
33 | 18 | Éloïse | Jouvin | Comptable | Comptabilité | eloise.jouvin | 06 39 98 11 01
33 | 18 | Gaëlle | Bernard | Directrice | Direction | gaelle.bernard | 06 39 98 11 02
33 | 17 | Ibrahim | Bouvard | Apprenti | - | - | 06 39 98 11 03
34 | 17 | Théo | Guichard-Perrachon | Responsable technique | Technique | - | 06 39 98 11 04
34 | 17 | Pierre-Yves | Ïsaure | Gérant | Direction | pierre-yves.isaure | 06 39 98 11 05
34 | 17 | Mehdi | De Smedt | Gérant | Direction | mehdi.de-smedt
35 | 17 | Xavier | Montagné | Chef d'équipe | Chantiers | xavier.montagne | 06 39 98 11 07
35 | 18 | Pascale | Le Goff | - | - | - | 06 39 98 11 08
36 | 17 | Jean-Baptiste | Garcia | Comptable | Comptabilité | jean-baptiste.garcia | 06 39 98 11 09
36 | 17 | Benoît | Noël | Chargé d'affaires | Commerce | benoit.noel
37 | 19 | Inès | Çelik | Chargée d'affaires | Commerce | ines.celik | 06 39 98 11 11
37 | 17 | Jean-Baptiste | Lœuillet | Chargé d'affaires | Commerce | jean-baptiste.loeuillet | 06 39 98 11 12
38 | 17 | Raphaël | Grégory | Chargé d'affaires | Commerce | raphael.gregory | 06 39 98 11 13
38 | 17 | Frédéric | Bérard | Gérant | Direction | frederic.berard
38 | 17 | Étienne | Noël | Comptable | Comptabilité | etienne.noel
38 | 18 | Zoé | Payen | Directrice | Direction | zoe.payen | 06 39 98 11 16
39 | 18 | Marguerite | Chaumeil | Comptable | Comptabilité | marguerite.chaumeil
39 | 18 | Nadia | Béal | Responsable technique | Technique | nadia.beal
39 | 18 | Françoise | Béal | Cheffe d'équipe | Chantiers | francoise.beal
39 | 18 | Anaïs | Müller-Schmitt | Comptable | Comptabilité | anais.muller-schmitt | 06 39 98 11 20
39 | 17 | Anaël | Thévenet | Chef d'équipe | Chantiers
39 | 17 | Étienne | Petit-Jean | Assistant | Secrétariat | etienne.petit-jean
40 | 17 | Karim | Bœuf | Responsable technique | Technique | karim.boeuf | 06 39 98 11 23
40 | 18 | Céline | Étcheverry | Acheteuse | Achats | celine.etcheverry | 06 39 98 11 24
40 | 18 | Anne-Laure | Wyss | Comptable | Comptabilité | anne-laure.wyss | 06 39 98 11 25
41 | 17 | Étienne | Müller-Schmitt | Chef d'équipe | Chantiers | etienne.muller-schmitt | 06 39 98 11 26
41 | 18 | Béatrice | Hérisson | Cheffe d'équipe | Chantiers | beatrice.herisson
41 | 17 | René | Martin | Gérant | Direction | rene.martin
42 | 18 | Geneviève | Chaumeil | Apprentie | - | genevieve.chaumeil
42 | 17 | Joël | Jouvin | Responsable technique | Technique | joel.jouvin
42 | 17 | Gaël | d'Aboville | Comptable | Comptabilité | gael.d-aboville
43 | 18 | Maïté | Noël | Directrice | Direction | maite.noel | 06 39 98 11 32
43 | 18 | Élodie | Nguyễn | Apprentie | - | - | 06 39 98 11 33
43 | 17 | Olivier | Œuvrard | Chargé d'affaires | Commerce | olivier.oeuvrard
44 | 18 | Inès | Bœuf | Cheffe d'équipe | Chantiers | ines.boeuf
44 | 17 | Théo | N'Diaye | Directeur | Direction | theo.n-diaye
44 | 18 | Noémie | Benali | Directrice | Direction | - | 06 39 98 11 37
44 | 17 | Rémi | Ançay | Responsable technique | Technique | remi.ancay | 06 39 98 11 38
45 | 18 | Solène | Rousseau | Cheffe d'équipe | Chantiers | solene.rousseau | 06 39 98 11 39
45 | 17 | Mickaël | Roux | Assistant | Secrétariat | mickael.roux | 06 39 98 11 40
46 | 18 | Pascale | Moulin | - | - | pascale.moulin
46 | 19 | Awa | Moulin | Cheffe d'équipe | Chantiers | awa.moulin | 06 39 98 11 42
46 | 18 | Geneviève | Roux | Conductrice de travaux | Chantiers | - | 06 39 98 11 43
46 | 18 | Anne | Le Goff | - | - | anne.le-goff | 06 39 98 11 44
47 | 19 | Aurélie | Lefèvre | Comptable | Comptabilité | aurelie.lefevre
47 | 17 | Jean-Baptiste | Arnaud | Directeur | Direction | jean-baptiste.arnaud | 06 39 98 11 46
47 | 18 | Mélanie | Bœuf | Cheffe d'équipe | Chantiers | melanie.boeuf | 06 39 98 11 47
48 | 18 | Nathalie | Nguyễn | - | - | nathalie.nguyen | 06 39 98 11 48
48 | 19 | Véronique | Ïsaure | Directrice | Direction | veronique.isaure | 06 39 98 11 49
48 | 18 | Gaëlle | L'Hermitte | Assistante | Secrétariat | gaelle.l-hermitte | 06 39 98 11 50
48 | 17 | Pierre-Yves | Tran | Directeur | Direction | pierre-yves.tran | 06 39 98 11 51
49 | 17 | Aurélien | Le Bihan-Kérouac | Acheteur | Achats | aurelien.le-bihan-kerouac | 06 39 98 11 52
49 | 18 | Anaïs | Guichard-Perrachon | Apprentie | - | anais.guichard-perrachon | 06 39 98 11 53
49 | 18 | Véronique | Tran | Chargée d'affaires | Commerce | veronique.tran | 06 39 98 11 54
49 | 17 | Noé | Çelik | Acheteur | Achats | noe.celik | 06 39 98 11 55
49 | 17 | Grégoire | Müller-Schmitt | Apprenti | - | - | 06 39 98 11 56
50 | 17 | Yannick | Tran | - | - | yannick.tran | 06 39 98 11 57
50 | 18 | Geneviève | Grégory | Acheteuse | Achats | genevieve.gregory
50 | 18 | Amélie | Nuñez | Acheteuse | Achats | amelie.nunez
50 | 18 | Nathalie | Bœuf | - | - | nathalie.boeuf | 06 39 98 11 60
51 | 17 | Frédéric | Vaillant | Responsable technique | Technique | frederic.vaillant | 06 39 98 11 61
51 | 17 | Jean-Luc | Fontanel | Chef d'équipe | Chantiers | jean-luc.fontanel | 06 39 98 11 62
51 | 17 | Karim | Faÿ | Chef d'équipe | Chantiers | karim.fay
52 | 18 | Françoise | Grégory | Directrice | Direction | francoise.gregory | 06 39 98 11 64
52 | 18 | Fatima | Fontanel | Chargée d'affaires | Commerce | fatima.fontanel | 06 39 98 11 65
53 | 17 | Grégoire | Girerd | Conducteur de travaux | Chantiers | gregoire.girerd | 06 39 98 11 66
53 | 19 | Hélène | d'Aboville | Conductrice de travaux | Chantiers | helene.d-aboville
53 | 18 | Linh | Peyrefitte | Acheteuse | Achats | linh.peyrefitte | 06 39 98 11 68
53 | 17 | Yannick | Noël | Acheteur | Achats | yannick.noel
54 | 17 | Karim | Haddad | Responsable technique | Technique | karim.haddad
54 | 18 | Solène | Fontanel | Comptable | Comptabilité | solene.fontanel | 06 39 98 11 71
54 | 18 | Valérie | Arnaud | Directrice | Direction | valerie.arnaud | 06 39 98 11 72
54 | 17 | Aurélien | O’Brien | Chargé d'affaires | Commerce | aurelien.o-brien
55 | 17 | Joël | Sapaly
55 | 18 | Maïté | Lacaze | Apprentie | - | maite.lacaze | 06 39 98 11 75
55 | 18 | Apolline | Müller-Schmitt | Responsable technique | Technique | apolline.muller-schmitt
55 | 17 | Mickaël | Jouvin | Gérant | Direction | mickael.jouvin | 06 39 98 11 77
56 | 18 | Joëlle | Vaillant | Chargée d'affaires | Commerce | joelle.vaillant | 06 39 98 11 78
56 | 17 | René | L'Hermitte | Gérant | Direction | rene.l-hermitte | 06 39 98 11 79
56 | 18 | Amélie | Sapaly | Comptable | Comptabilité | amelie.sapaly | 06 39 98 11 80
57 | 18 | Awa | Tran | Acheteuse | Achats | awa.tran
57 | 18 | Inès | Haddad | - | - | ines.haddad | 06 39 98 11 82
57 | 18 | Nathalie | Chamoux | Apprentie | - | nathalie.chamoux
58 | 17 | Raphaël | Petit-Jean | Gérant | Direction | raphael.petit-jean | 06 39 98 11 84
58 | 19 | Océane | Tran | Gérante | Direction | oceane.tran
59 | 17 | Noé | Haddad | Directeur | Direction | noe.haddad
59 | 17 | Nicolas | De La Tour | Chargé d'affaires | Commerce | nicolas.de-la-tour | 06 39 98 11 87
59 | 18 | Awa | Sapaly | Gérante | Direction | awa.sapaly
59 | 19 | Fatima | De La Tour | Comptable | Comptabilité | fatima.de-la-tour
- | 18 | Solène | Müller-Schmitt | - | - | solene.muller-schmitt@courriel.example
- | 17 | Joël | Ançay
- | 18 | Marguerite | Lœuillet | - | - | marguerite.loeuillet@courriel.example
- | 17 | Grégoire | Roux | - | - | gregoire.roux@courriel.example | 06 39 98 11 93
- | 17 | Quentin | Grégory | - | - | quentin.gregory@courriel.example
- | 17 | Pierre-Yves | Moulin
- | 19 | Bérénice | Desgranges | - | - | berenice.desgranges@courriel.example | 06 39 98 11 96
- | 18 | Cécile | Chamoux | - | - | cecile.chamoux@courriel.example | 06 39 98 11 97
- | 18 | Œnone | d’Hérouville-Saint-Clair | - | - | oenone@courriel.example | 06 39 98 99 01 | Cliente particulière : l'escalier du 2e.
- | 620105 | Maître Aÿ | Faÿ | - | - | - | - | Civilité propre à ce compte.
"""  # noqa: E501 - one line each
