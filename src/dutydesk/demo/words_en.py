"""Phrases in English."""

from dutydesk.demo.phrase_book import Crime, PhraseBook

ENGLISH = PhraseBook(
    crimes=(
        Crime("fraud", "Fraud on a large scale", "Criminal Code, article 214(3)", 120,
              "In {month} {year} in {town}, as bookkeeper of a building firm, the suspect moved {amount} euros to "
              "private accounts with {number} forged delivery notes."),
        Crime("drug_trafficking", "Trafficking in narcotic drugs", "Penal Code, section 168", 180,
              "In {month} {year} in {town} the suspect took over {number} kilograms of cocaine hidden among machine "
              "parts and handed them to two buyers, both since convicted."),
        Crime("homicide", "Murder", "Penal Code, section 75", 300,
              "In {month} {year} in {town} the suspect shot a business partner in a car park after a quarrel about "
              "money and left the country the same night."),
        Crime("human_trafficking", "Trafficking in human beings", "Criminal Code, article 149", 144,
              "Between {month} {year} and the arrest of the others, the suspect recruited {number} persons in {town} "
              "with promises of farm work, took their papers and kept their wages."),
        Crime("robbery", "Armed robbery", "Penal Code, section 187", 144,
              "In {month} {year} in {town} the suspect and two others threatened the staff of a jeweller's shop with "
              "pistols and took watches worth {amount} dollars."),
        Crime("money_laundering", "Money laundering", "Act on Proceeds of Crime, section 9", 96,
              "Between {month} and the end of {year} the suspect paid {amount} dollars of drug money into accounts "
              "of four shell companies registered in {town}."),
        Crime("cybercrime", "Unlawful access to computer systems and extortion", "Criminal Code, article 362", 84,
              "In {month} {year}, from a flat in {town}, the suspect locked the files of {number} clinics and asked "
              "for {amount} dollars to release them."),
        Crime("vehicle_crime", "Theft of motor vehicles by an organised group", "Penal Code, section 203", 96,
              "Between {month} and December {year} the suspect stole {number} cars in {town}, gave them new frame "
              "numbers and sold them abroad."),
        Crime("forgery", "Forgery of travel documents", "Criminal Code, article 358", 60,
              "In {month} {year} in {town} the suspect made {number} false passports in a rented garage and sold them "
              "to smugglers of migrants."),
        Crime("smuggling", "Smuggling of protected species", "Customs Act, section 71", 72,
              "In {month} {year} the suspect sent {number} crates of ivory from {town} declared as tea."),
    ),
    excluded=(
        Crime("adultery", "Adultery", "Penal Code, section 241", 36,
              "In {month} {year} in {town} the person committed adultery with a married neighbour, whose family "
              "lodged the complaint."),
        Crime("unpaid_cheque", "Issuing an unpaid cheque", "Commercial Code, article 401", 36,
              "In {month} {year} in {town} the person issued an unpaid cheque over {amount} for a delivery of "
              "furniture; the account was without funds."),
        Crime("custody", "Parental child abduction in a custody dispute", "Family Code, article 63", 36,
              "In {month} {year} one parent left {town} with the couple's child while custody was in dispute between "
              "the parents."),
    ),
    political=(
        Crime("other", "Public calls to extremist activity", "Criminal Code, article 280", 60,
              "In {month} {year} in {town} the person posted extremist statements about the government and called on "
              "readers to join an unauthorised demonstration."),
        Crime("other", "Desertion", "Criminal Code, article 338", 84,
              "In {month} {year} the person left a military unit in {town} without leave and refused to serve "
              "(desertion)."),
        Crime("fraud", "Abuse of office and fraud", "Criminal Code, article 285", 120,
              "In {month} {year} in {town} the person, a former member of parliament for an opposition party, signed "
              "a contract over {amount} without tender."),
    ),
    unfair=(
        Crime("homicide", "Murder, which carries the death penalty", "Penal Code, section 204", 300,
              "In {month} {year} in {town} the suspect killed a guard with a knife. The suspect's confession was "
              "written in detention without a lawyer."),
    ),
    thin="Fraud was committed.",
    texts={
        "red": ("Locate and detain with a view to extradition. Inform us at once when the person is found.",
                "Please arrest; extradition papers will follow without delay through the agreed channel.",
                "The person may travel with false papers. Detain and tell this bureau by return."),
        "blue": ("Please give us the address and the movements of this person, who is of interest to an inquiry.",
                 "Identity to be confirmed. Please send a photograph and known associates if on file.",
                 "Locate only; do not question. The inquiry is described below."),
        "green": ("Has been convicted several times and is likely to repeat the offence in other countries.",
                  "Warning: travels as a trader and offers false investment papers to elderly people."),
        "yellow": ("Missing since the date given. The police report was recorded on the next day.",
                   "Last seen near a bus station. The family fears for the person's safety.",
                   "Please check hospitals, shelters and border records, and tell us whatever is found."),
        "black": ("An unidentified body was found. Please compare with your missing persons.",
                  "Identity unknown. Dental chart and fingerprints can be sent on request."),
        "purple": ("For information: the method below was found by customs and may be in use elsewhere.",
                   "Please pass to drug and customs units. Tell us of similar cases."),
        "orange": ("Imminent danger: please warn border and transport police without delay.",
                   "The threat below is assessed as real and close. Act on it as your law allows."),
        "silver": ("Please trace the assets below; they are believed to be proceeds of crime.",
                   "Look for owners and later transfers. A freezing order will be sought."),
    },
    things={
        "method": (("Drugs in hollow pallet blocks", "Wooden pallets of tiles were drilled out; each block held 900 g "
                    "of powder, closed with a plug of glued sawdust."),
                   ("Card readers behind fuel pumps", "A reader with a short-range radio is fixed behind the panel of "
                    "the pump; data are fetched from a parked car."),
                   ("False customs seals", "Container seals are copied with a 3D printer; the last digit is raised.")),
        "threat": (("Parcels with incendiary filling", "Small parcels addressed to courier depots hold a timer and a "
                    "liquid that ignites; {number} were found in {town}."),
                   ("Toxic spirits on sale", "Bottled spirits with methanol were sold in {town}; {number} persons are "
                    "in hospital and part of the lot has left the country."),
                   ("Recruiters at shelters", "Persons in yellow vests offer free onward travel from {town} to women "
                    "and children and keep their papers. Plates are false.")),
        "asset": (("Flat, yacht and two bank accounts", "A flat bought in {year} for {amount} euros, a motor yacht of "
                   "14 m and two accounts in a spouse's name."),
                  ("Shares of a shell company", "All shares of a trading company founded in {town} in {year}, bought "
                   "with proceeds of fraud.")),
        "body": (("Man, about 45 years", "Found in {month} {year} by the river in {town}. 178 cm, grey hair, old "
                  "fracture of the left arm."),
                 ("Woman, 25 to 35 years", "Found in {month} {year} on a beach near {town}. 164 cm, dark hair, "
                  "tattoo of a swallow on the right ankle.")),
    },
    events={
        "blue": ("In {month} {year} in {town} the person rented a warehouse in which stolen engines were found later.",
                 "In {month} {year} the person bought telephones in {town} that were used in a kidnapping."),
        "yellow": ("Left home in {town} in the morning of a day in {month} {year} and did not come back.",
                   "Was last seen in {month} {year} at the railway station of {town} with an unknown adult."),
        "black": ("The body was found by fishermen near {town} in {month} {year}; no papers.",
                  "The body was found in a burnt car outside {town} in {month} {year}."),
    },
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December"),
    court=("District Court, {town}", "Regional Court of {town}", "Criminal Court, {town}"),
    prosecutor="Public Prosecutor's Office, {town}",
    occupations=("accountant", "lorry driver", "electrician", "trader", "nurse", "cook", "programmer"),
    hair=("brown", "black", "grey", "blond", "bald"),
    eyes=("brown", "grey", "blue", "green"),
    marks=("scar on the left wrist", "tattoo of a ship on the forearm", "walks with a limp", "birthmark on the neck"),
    religion="prays with a minority church every week",
    corrected="Corrected version, replaces our earlier one. ",
    withdrawals={
        "located": "Person located.",
        "annulled": "The warrant was annulled by the court.",
        "twice": "Entered twice by mistake.",
        "home": "The missing person has come home.",
    },
    correspondence=("Thank you for your reply; the file is closed on our side.",
                    "Please tell us whether the witness can be heard by video next week.",
                    "Our liaison officer arrives on Monday and asks for a meeting.",
                    "Reminder of our question about the number plate, sent last week.",
                    "The fingerprints that you asked for follow by the usual way."),
)  # fmt: skip
