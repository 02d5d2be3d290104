"""The company's firms: name, type, street, zip code, city, country, SIREN, domain, telephone."""

FIRMS = """
Menuiserie Lacaze | client | 4 rue du Lac | 69003 | Lyon | France | 999000000 | menuiserie-lacaze | 04 65 71 10 00
Charpentes Œuvrard & Fils | client | 18 quai Lamartine | 71000 | Mâcon | France | 999000137 | charpentes-oeuvrard-fils | 03 53 01 10 07
L'Atelier d'Ébène | client | 7 cours Émile-Zola | 69100 | Villeurbanne | France | 999000274 | l-atelier-d-ebene | 04 65 71 10 14
Société Générale de Toiture | client | 55 rue de la Montat | 42000 | Saint-Étienne | France | 999000411 | societe-generale-de-toiture | 04 65 71 10 21
Les Maçons du Beaujolais | partner | 212 rue Nationale | 69400 | Villefranche-sur-Saône | France | 999000548 | les-macons-du-beaujolais | 04 65 71 11 28
Mairie de Sainte-Foy-l'Argentière | client | 1 place de l'Église | 69610 | Sainte-Foy-l'Argentière | France | 999000685 | mairie-de-sainte-foy-l-argen | 04 65 71 11 35
Hôtel du Vieux-Pont | client | 3 quai Riondet | 38200 | Vienne | France | 999000822 | hotel-du-vieux-pont | 04 65 71 11 42
Boulangerie Pâquerette | client | 11 montée de la Grande-Côte | 69001 | Lyon | France | 999000959 | boulangerie-paquerette | 04 65 71 11 49
Cabinet Lœuillet Architectes | partner | 28 rue Sainte-Hélène | 69002 | Lyon | France | 999001096 | cabinet-loeuillet-architecte | 04 65 71 12 56
Scierie Béal-Chaumeil | supplier | Route de Thiers | 63600 | Ambert | France | 999001233 | scierie-beal-chaumeil | 04 65 71 12 63
Quincaillerie Desgranges | supplier | 140 avenue Berthelot | 69007 | Lyon | France | 999001370 | quincaillerie-desgranges | 04 65 71 12 70
Vernis & Lasures Hérisson | supplier | 9 rue de Sully | 42300 | Roanne | France | 999001507 | vernis-lasures-herisson | 04 65 71 12 77
Bois du Morvan | supplier | ZI de Saint-Andoche | 71400 | Autun | France | 999001644 | bois-du-morvan | 03 53 01 13 84
Transports Guichard-Perrachon | supplier | 17 chemin de Revaison | 69800 | Saint-Priest | France | 999001781 | transports-guichard-perracho | 04 65 71 13 91
Imprimerie des Brotteaux | supplier | 31 rue Bugeaud | 69006 | Lyon | France | 999001918 | imprimerie-des-brotteaux | 04 65 71 13 98
Crèche Les P'tits Loups | client | 6 rue de la Marne | 69500 | Bron | France | 999002055 | creche-les-p-tits-loups | 04 65 71 13 05
Collège Marie-Curie | client | 2 boulevard Voltaire | 69170 | Tarare | France | 999002192 | college-marie-curie | 04 65 71 14 12
Théâtre de l'Iris Bleu | prospect | 331 rue Francis-de-Pressensé | 69100 | Villeurbanne | France | 999002329 | theatre-de-l-iris-bleu | 04 65 71 14 19
Domaine de la Croix-Rameau | client | Lieu-dit Les Mouilles | 69840 | Juliénas | France | 999002466 | domaine-de-la-croix-rameau | 04 65 71 14 26
Vignobles Aufranc | prospect | Le Bourg | 69820 | Fleurie | France | 999002603 | vignobles-aufranc | 04 65 71 14 33
SCI Les Terrasses de Fourvière | client | 14 rue Roger-Radisson | 69005 | Lyon | France | 999002740 | sci-les-terrasses-de-fourvie | 04 65 71 15 40
Garage Peyrefitte | prospect | 90 rue Fleury-Neuvesel | 69700 | Givors | France | 999002877 | garage-peyrefitte | 04 65 71 15 47
Pharmacie du Forum | client | 5 place du Forum | 42110 | Feurs | France | 999003014 | pharmacie-du-forum | 04 65 71 15 54
Clinique vétérinaire Aÿ-Noël | client | 8 chemin de Charrière-Blanche | 69130 | Écully | France | 999003151 | clinique-veterinaire-ay-noel | 04 65 71 15 61
Électricité Bouvard | partner | 22 rue Coste | 69300 | Caluire-et-Cuire | France | 999003288 | electricite-bouvard | 04 65 71 16 68
Plomberie Nuñez Frères | partner | 47 Grande Rue | 69600 | Oullins | France | 999003425 | plomberie-nunez-freres | 04 65 71 16 75
Isolation Rhône-Alpes | partner | 3 avenue Jules-Guesde | 69200 | Vénissieux | France | 999003562 | isolation-rhone-alpes | 04 65 71 16 82
Coopérative agricole du Haut-Forez | client | 12 boulevard Lachèze | 42600 | Montbrison | France | 999003699 | cooperative-agricole-du-haut | 04 65 71 16 89
Fromagerie Ïsaure | prospect | 19 rue Bichat | 01000 | Bourg-en-Bresse | France | 999003836 | fromagerie-isaure | 04 65 71 17 96
Librairie L'Encre & la Plume | client | 16 rue Sainte-Claire | 74000 | Annecy | France | 999003973 | librairie-l-encre-la-plume | 04 65 71 17 03
Camping Les Sapins | client | Route du Chinaillon | 74450 | Le Grand-Bornand | France | 999004110 | camping-les-sapins | 04 65 71 17 10
Refuge de la Dent d'Oche | prospect | Alpage d'Oche | 74500 | Bernex | France | 999004247 | refuge-de-la-dent-d-oche | 04 65 71 17 17
Office de tourisme d'Évian | client | Place de la Porte-d'Allinges | 74500 | Évian-les-Bains | France | 999004384 | office-de-tourisme-d-evian | 04 65 71 18 24
Chocolaterie Voiron-Sœurs | client | 33 cours Becquart-Castelbon | 38500 | Voiron | France | 999004521 | chocolaterie-voiron-soeurs | 04 65 71 18 31
Ganterie Jouvin | prospect | 10 place Grenette | 38000 | Grenoble | France | 999004658 | ganterie-jouvin | 04 65 71 18 38
Université du Vercors | prospect | 4 rue Ampère | 38000 | Grenoble | France | 999004795 | universite-du-vercors | 04 65 71 18 45
Nautisme du Bourget | client | Grand Port | 73100 | Aix-les-Bains | France | 999004932 | nautisme-du-bourget | 04 65 71 19 52
Thermes de Brides | client | Esplanade des Thermes | 73570 | Brides-les-Bains | France | 999005069 | thermes-de-brides | 04 65 71 19 59
Maison Chamoux | client | 2 rue Croix-d'Or | 73000 | Chambéry | France | 999005206 | maison-chamoux | 04 65 71 19 66
Édredon & Cie | client | 41 avenue Victor-Hugo | 26000 | Valence | France | 999005343 | edredon-cie | 04 65 71 19 73
Nougats Arnaud-Soubeyrand | prospect | 27 route de Marseille | 26200 | Montélimar | France | 999005480 | nougats-arnaud-soubeyrand | 04 65 71 20 80
Céramiques de Dieulefit | client | Quartier des Reymonds | 26220 | Dieulefit | France | 999005617 | ceramiques-de-dieulefit | 04 65 71 20 87
Lavandes du Diois | prospect | Chemin de Chamarges | 26150 | Die | France | 999005754 | lavandes-du-diois | 04 65 71 20 94
Ferme de l'Aubépine | client | Le Ruissol | 07000 | Privas | France | 999005891 | ferme-de-l-aubepine | 04 65 71 20 01
Soieries Payen | client | Moulin de la Cascade | 07200 | Aubenas | France | 999006028 | soieries-payen | 04 65 71 21 08
Mutuelle des Artisans | other | 100 rue Garibaldi | 69003 | Lyon | France | - | mutuelle-des-artisans | 04 65 71 21 15
Banque Coopérative du Rhône | other | 20 place Bellecour | 69002 | Lyon | France | - | banque-cooperative-du-rhone | 04 65 71 21 22
Le Progrès du Bâtiment | press | 4 rue Montrochet | 69007 | Lyon | France | - | le-progres-du-batiment | 04 65 71 21 29
Bois & Forêts Magazine | press | 63 rue Oberkampf | 75011 | Paris | France | - | bois-forets-magazine | 01 99 00 22 36
Agence Kérouac | partner | 8 quai de la Fosse | 44000 | Nantes | France | 999006713 | agence-kerouac | 02 61 91 22 43
Constructions Le Goff | client | 15 rue Kéréon | 29000 | Quimper | France | 999006850 | constructions-le-goff | 02 61 91 22 50
Chantiers de l'Aber-Wrac'h | client | Port de l'Aber-Wrac'h | 29870 | Landéda | France | 999006987 | chantiers-de-l-aber-wrac-h | 02 61 91 22 57
Etxe Berri | prospect | 9 rue d'Espagne | 64100 | Bayonne | France | 999007124 | etxe-berri | 05 36 49 23 64
Weinstuebel Muller-Schmitt | client | 5 rue des Tonneliers | 67000 | Strasbourg | France | 999007261 | weinstuebel-muller-schmitt | 03 53 01 23 71
Holzbau Zürcher SA | supplier | 14 rue de Lausanne | 1201 | Genève | Suisse | - | holzbau-zurcher-sa | +41 22 555 23 78
Schrijnwerkerij De Smedt | prospect | 72 rue du Marché-aux-Herbes | 1000 | Bruxelles | Belgique | - | schrijnwerkerij-de-smedt | +32 2 555 23 85
Habitat Social de l'Ain | client | 12 avenue Maginot | 01000 | Bourg-en-Bresse | France | 999007672 | habitat-social-de-l-ain | 04 65 71 24 92
Menuiserie Lacaze | prospect | 33 rue Pargaminières | 31000 | Toulouse | France | 999007809 | menuiserie-lacaze-toulouse | 05 36 49 24 99
Notaires Roux & L'Hermitte | other | 2 boulevard des Belges | 69006 | Lyon | France | - | notaires-roux-l-hermitte | 04 65 71 24 06
Association Forêt Vivante | other | Rue de l'Hôtel-de-Ville | 26400 | Crest | France | - | association-foret-vivante | 04 65 71 24 13
"""  # noqa: E501 - one line each
