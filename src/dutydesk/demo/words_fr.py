"""Phrases in French."""

from dutydesk.demo.phrase_book import Crime, PhraseBook

FRENCH = PhraseBook(
    crimes=(
        Crime("fraud", "Escroquerie en bande organisée", "Code pénal, article 313-2", 120,
              "En {month} {year} à {town}, la personne recherchée a vendu {number} appartements qui n'existaient pas "
              "et a encaissé {amount} euros."),
        Crime("drug_trafficking", "Trafic de stupéfiants", "Code pénal, article 222-37", 120,
              "En {month} {year} à {town}, la personne a reçu {number} kilogrammes de résine de cannabis cachés dans "
              "un chargement d'oranges et les a remis à des revendeurs."),
        Crime("homicide", "Meurtre", "Code pénal, article 221-1", 360,
              "En {month} {year} à {town}, la personne a tué son associé d'un coup de couteau dans l'atelier commun "
              "puis a pris la fuite."),
        Crime("human_trafficking", "Traite des êtres humains", "Code pénal, article 225-4-1", 84,
              "De {month} à décembre {year}, la personne a fait venir {number} ouvriers à {town}, a confisqué leurs "
              "papiers et retenu leurs salaires."),
        Crime("robbery", "Vol à main armée", "Code pénal, article 311-8", 240,
              "En {month} {year}, la personne et deux complices ont menacé les employés d'une agence bancaire de "
              "{town} et emporté {amount} euros."),
        Crime("money_laundering", "Blanchiment", "Code pénal, article 324-1", 60,
              "En {month} {year}, la personne a placé {amount} euros issus du trafic sur les comptes de trois "
              "sociétés de {town}."),
        Crime("forgery", "Faux et usage de faux documents administratifs", "Code pénal, article 441-2", 60,
              "En {month} {year} à {town}, la personne a fabriqué {number} fausses cartes d'identité et les "
              "a vendues."),
        Crime("cultural_goods", "Vol et recel de biens culturels", "Code pénal, article 322-3-1", 84,
              "En {month} {year}, la personne a pris {number} statuettes dans le musée de {town} et les a proposées à "
              "un marchand."),
    ),
    excluded=(
        Crime("adultery", "Adultère", "Code pénal, article 337", 36,
              "En {month} {year} à {town}, la personne a commis un adultère dénoncé par le conjoint."),
        Crime("unpaid_cheque", "Émission de chèque sans provision", "Code de commerce, article 411", 60,
              "En {month} {year} à {town}, la personne a remis un chèque sans provision de {amount} pour des meubles."),
        Crime("custody", "Non-représentation d'enfant (litige de garde)", "Code pénal, article 227-5", 24,
              "En {month} {year}, la personne a quitté {town} avec son propre enfant pendant un litige sur la garde."),
    ),
    political=(
        Crime("other", "Outrage au chef de l'État et appel à l'attroupement", "Code pénal, article 267", 60,
              "En {month} {year} à {town}, la personne a publié des propos extrémistes contre le gouvernement et "
              "appelé à une manifestation non autorisée."),
        Crime("other", "Complot contre la sûreté de l'État", "Code pénal, article 72", 240,
              "En {month} {year} à {town}, la personne, ancien député de l'opposition, aurait préparé un coup d'État."),
    ),
    unfair=(
        Crime("homicide", "Assassinat, puni de la peine de mort", "Code pénal, article 201", 360,
              "En {month} {year} à {town}, la personne a tué un gardien. Ses aveux ont été recueillis en détention, "
              "sans avocat."),
    ),
    thin="Une escroquerie a été commise.",
    texts={
        "red": ("Localiser et arrêter en vue d'extradition. Nous informer immédiatement.",
                "Prière d'arrêter la personne ; la demande d'extradition suivra sans retard.",
                "La personne peut voyager avec de faux papiers. Prière de l'interpeller et de nous aviser."),
        "blue": ("Prière de communiquer l'adresse et les déplacements de cette personne, utile à une enquête.",
                 "Identité à confirmer. Prière d'envoyer une photographie si elle figure à vos fichiers."),
        "green": ("Condamnée à plusieurs reprises, cette personne risque de récidiver à l'étranger.",
                  "Avertissement : se présente comme courtier et propose de faux placements à des retraités."),
        "yellow": ("Disparition signalée à la police le lendemain de la date indiquée.",
                   "Vue pour la dernière fois près d'une gare routière. La famille craint pour sa sécurité.",
                   "Prière de consulter hôpitaux, foyers et postes frontière."),
        "black": ("Corps non identifié. Prière de comparer avec vos personnes disparues.",
                  "Identité inconnue. Schéma dentaire et empreintes disponibles sur demande."),
        "purple": ("Pour information : le procédé ci-dessous a été découvert par la douane.",
                   "À transmettre aux services des stupéfiants et des douanes."),
        "orange": ("Danger imminent : prière d'alerter sans délai les polices des frontières et des transports.",
                   "La menace décrite est jugée réelle et proche."),
        "silver": ("Prière de rechercher les avoirs ci-dessous, présumés produits du crime.",
                   "Rechercher les propriétaires et les cessions. Une saisie sera demandée."),
    },
    things={
        "method": (("Stupéfiants dans des blocs de palette", "Les blocs de bois étaient évidés et fermés par un "
                    "bouchon de sciure collée ; 900 g par bloc."),
                   ("Faux scellés de conteneur", "Les scellés sont copiés par impression 3D ; le dernier chiffre est "
                    "en relief.")),
        "threat": (("Alcool frelaté au méthanol", "Des bouteilles ont été vendues à {town} ; {number} personnes sont "
                    "hospitalisées et une partie du lot a passé la frontière."),
                   ("Colis incendiaires", "De petits colis adressés à des dépôts contiennent un retardateur ; "
                    "{number} ont été trouvés à {town}.")),
        "asset": (("Villa, bateau et deux comptes", "Villa achetée en {year} à {town} pour {amount} euros, bateau de "
                   "14 m et deux comptes au nom du conjoint."),),
        "body": (("Homme, environ 50 ans", "Trouvé en {month} {year} près du fleuve à {town}. 175 cm, cheveux gris, "
                  "ancienne fracture du bras."),
                 ("Femme, 20 à 30 ans", "Trouvée en {month} {year} sur une plage près de {town}. 160 cm, tatouage à "
                  "la cheville.")),
    },
    events={
        "blue": ("En {month} {year} à {town}, la personne a loué un entrepôt où des moteurs volés ont été découverts.",
                 "En {month} {year}, la personne a acheté à {town} des téléphones utilisés lors d'un enlèvement."),
        "yellow": ("A quitté son domicile à {town} un matin de {month} {year} et n'est pas revenue.",
                   "A été vue en {month} {year} à la gare de {town} avec un adulte inconnu."),
        "black": ("Corps découvert par des pêcheurs près de {town} en {month} {year}, sans papiers.",),
    },
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
            "novembre", "décembre"),
    court=("Tribunal judiciaire de {town}", "Cour d'appel de {town}", "Juge d'instruction, {town}"),
    prosecutor="Parquet de {town}",
    occupations=("comptable", "chauffeur routier", "électricien", "commerçant", "dentiste", "libraire"),
    hair=("bruns", "noirs", "gris", "blonds"),
    eyes=("marron", "gris", "bleus", "verts"),
    marks=("cicatrice au poignet gauche", "tatouage à l'avant-bras", "boite légèrement", "grain de beauté au cou"),
    religion="fréquente chaque semaine le culte d'une Église minoritaire",
    corrected="Version corrigée, remplace la précédente. ",
    withdrawals={
        "located": "Personne localisée.",
        "annulled": "Le mandat a été annulé par le tribunal.",
        "twice": "Envoi fait deux fois par erreur.",
        "home": "La personne disparue est rentrée chez elle.",
    },
    correspondence=("Merci de votre réponse ; le dossier est clos de notre côté.",
                    "Le témoin peut-il être entendu par vidéo la semaine prochaine ?",
                    "Notre officier de liaison arrive lundi et demande un rendez-vous.",
                    "Rappel de notre question au sujet de la plaque d'immatriculation."),
)  # fmt: skip
