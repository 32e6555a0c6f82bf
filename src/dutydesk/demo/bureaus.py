"""The bureaus of the sample traffic: clocks, languages, towns, control points, neighbours."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class Town:
    latin: str
    arabic: str | None = None

    def in_language(self, language: str) -> str:
        return self.arabic if language == "ar" and self.arabic else self.latin


@value(frozen=True, slots=True)
class DemoBureau:
    """``utc_offset`` is minutes east of UTC in March 2022; ``weight`` is the bureau's share of the traffic."""

    code: str
    region: str
    utc_offset: int
    languages: tuple[str, ...]
    pool: str
    weight: int
    towns: tuple[Town, ...]
    control_points: tuple[str, ...] = ()

    def activity(self, at: datetime) -> float:
        """How busy the bureau is at ``at`` by its own clock, from 0 to 1."""
        hour = (at + timedelta(minutes=self.utc_offset)).hour
        return 1.0 if 8 <= hour < 18 else 0.5 if 6 <= hour < 22 else 0.15


# code region offset languages names weight towns (Latin=Arabic) control points
_TABLE = """
RU|EE|180|en|ru|6|Omsk,Samara,Tula,Perm,Kazan|Sheremetyevo,Pulkovo
UA|EE|120|en|uk|10|Lviv,Vinnytsia,Poltava,Uzhhorod,Chernivtsi|Krakovets,Porubne
BY|EE|180|en|ru|2|Grodno,Vitebsk,Brest|
KZ|EE|360|en|ru|2|Karaganda,Pavlodar,Aktobe|
MD|EE|120|fr,en|ro|4|Balti,Cahul,Soroca|Palanca,Otaci
GE|EE|240|en|ka|3|Kutaisi,Batumi,Telavi|Sarpi
AM|EE|240|en|hy|2|Gyumri,Vanadzor|
PL|EU|60|en|pl|9|Lublin,Rzeszow,Poznan,Gdynia|Medyka,Dorohusk,Korczowa
DE|EU|60|en|de|9|Kassel,Leipzig,Mainz,Bremen|Frankfurt airport,Goerlitz
FR|EU|60|fr|fr|12|Nantes,Lille,Grenoble,Nancy|Roissy,Modane
GB|EU|0|en|en|6|Leeds,Bristol,Norwich|Dover,Heathrow
ES|EU|60|es|es|9|Zaragoza,Murcia,Vigo|Barajas,Algeciras
IT|EU|60|en,fr|it|6|Bari,Padova,Livorno|Fiumicino,Brindisi
PT|EU|0|en,fr|pt|3|Braga,Setubal,Faro|Lisbon airport
NL|EU|60|en|nl|5|Utrecht,Breda,Groningen|Schiphol
BE|EU|60|fr,en|fr|6|Liege,Namur,Charleroi|Zaventem
CH|EU|60|fr,en|fr|5|Fribourg,Sion,Neuchatel|Geneva airport
AT|EU|60|en|de|3|Linz,Graz,Villach|Schwechat
CZ|EU|60|en|cs|3|Brno,Ostrava,Plzen|
RO|EU|120|fr,en|ro|5|Iasi,Cluj,Suceava|Siret,Isaccea
BG|EU|120|en|bg|3|Plovdiv,Ruse,Varna|Kapitan Andreevo
GR|EU|120|en|el|3|Patra,Larisa,Volos|Evzoni,Piraeus
RS|EU|60|en|sr|3|Nis,Subotica,Kragujevac|Horgos
HR|EU|60|en|sr|2|Osijek,Zadar|Bajakovo
HU|EU|60|en|hu|3|Szeged,Debrecen,Pecs|Zahony
LT|EU|120|en|lt|2|Kaunas,Klaipeda|Medininkai
FI|EU|120|en|fi|2|Turku,Oulu|Vaalimaa
SE|EU|60|en|sv|3|Uppsala,Malmo|Arlanda
GI|EU|60|en,es|es|1|Gibraltar|La Linea
TR|ME|180|en|tr|4|Bursa,Adana,Izmir|Kapikule
IL|ME|120|en|he|3|Haifa,Ashdod,Netanya|Ben Gurion
LB|ME|120|ar,fr|ar|4|Tripoli=طرابلس,Sidon=صيدا|Masnaa
JO|ME|120|ar|ar|5|Irbid=إربد,Zarqa=الزرقاء|Queen Alia airport
EG|ME|120|ar|ar|7|Alexandria=الإسكندرية,Tanta=طنطا,Aswan=أسوان|Cairo airport
SA|ME|180|ar|ar|6|Taif=الطائف,Tabuk=تبوك|Jeddah airport
AE|ME|240|ar,en|ar|5|Sharjah=الشارقة,Al Ain=العين|Dubai airport
IQ|ME|180|ar|ar|4|Basra=البصرة,Kirkuk=كركوك|
TN|AF|60|ar,fr|ar|5|Sfax=صفاقس,Sousse=سوسة|Tunis airport
MA|AF|0|ar,fr|ar|6|Fes=فاس,Agadir=أكادير|Tangier port
DZ|AF|60|fr,ar|ar|4|Oran=وهران,Setif=سطيف|
KE|AF|180|en|sw|6|Nakuru,Kisumu,Mombasa|Namanga,Malaba
TZ|AF|180|en|sw|2|Arusha,Dodoma|
ET|AF|180|en|am|2|Adama,Hawassa|
NG|AF|60|en|yo|4|Ibadan,Kano,Enugu|Seme
GH|AF|0|en|yo|2|Kumasi,Tamale|Aflao
SN|AF|0|fr|wo|5|Thies,Kaolack|Rosso
CI|AF|0|fr|wo|5|Bouake,Daloa|Noe
ZA|AF|120|en|en|3|Durban,Polokwane|Beitbridge
US|AM|-300|en|en|5|Tulsa,Dayton,Boise|JFK airport
CA|AM|-300|en,fr|fr|3|Sherbrooke,Regina|Pearson airport
MX|AM|-360|es|es|5|Puebla,Morelia,Tampico|Tapachula
CO|AM|-300|es|es|5|Cali,Pereira,Cucuta|Paraguachon
PE|AM|-300|es|es|4|Arequipa,Piura|Tumbes
CL|AM|-180|es|es|4|Temuco,Iquique|Chacalluta
AR|AM|-180|es|es|8|Rosario,Salta,Mendoza|Ezeiza,Paso Cristo Redentor
UY|AM|-180|es|es|1|Salto,Rivera|
BR|AM|-180|es,en|pt|7|Campinas,Recife,Curitiba|Guarulhos,Foz do Iguacu
PR|AM|-240|es,en|es|1|Ponce|San Juan airport
JP|AS|540|en|ja|6|Sendai,Kobe,Hakodate|Narita
KR|AS|540|en|ko|3|Daegu,Incheon|Incheon airport
CN|AS|480|en|zh|4|Dalian,Xiamen,Guilin|Pudong
HK|AS|480|en|zh|2|Kowloon|Lok Ma Chau
SG|AS|480|en|zh|6|Singapore|Changi,Woodlands
MY|AS|480|en|ms|3|Ipoh,Melaka|Johor Bahru
TH|AS|420|en|th|3|Chiang Mai,Phuket|Aranyaprathet
VN|AS|420|en|vi|2|Hue,Da Nang|
IN|AS|330|en|hi|4|Nagpur,Surat,Kochi|Attari
AU|AS|660|en|en|3|Geelong,Cairns|Sydney airport
NZ|AS|780|en|en|1|Nelson,Hamilton|
914|EU|60|en,fr|nl|1|The Hague|
"""


def _bureau(row: str) -> DemoBureau:
    code, region, offset, languages, pool, weight, towns, points = row.split("|")
    return DemoBureau(
        code=code,
        region=region,
        utc_offset=int(offset),
        languages=tuple(languages.split(",")),
        pool=pool,
        weight=int(weight),
        towns=tuple(_town(text) for text in towns.split(",")),
        control_points=tuple(point for point in points.split(",") if point),
    )


def _town(text: str) -> Town:
    latin, _, arabic = text.partition("=")
    return Town(latin, arabic or None)


BUREAUS: dict[str, DemoBureau] = {bureau.code: bureau for bureau in map(_bureau, _TABLE.strip().splitlines())}
ENTITY = "914"
SUB_BUREAUS = frozenset({"HK", "GI", "PR"})

#: Recipients that send nothing: they make address lists as long as those of a busy desk.
FURTHER_RECIPIENTS: dict[str, tuple[str, ...]] = {
    "EE": ("AZ", "UZ", "KG", "TJ"),
    "EU": ("IE", "NO", "DK", "SK", "SI", "LV", "EE", "LU", "CY", "MT", "AL", "MK", "BA"),
    "ME": ("KW", "QA", "OM", "BH"),
    "AF": ("UG", "RW", "CM", "GA", "MZ", "ML"),
    "AM": ("EC", "BO", "PY", "PA", "CR", "DO", "KY", "BM"),
    "AS": ("PH", "ID", "LK", "BD", "MO", "PK"),
}


def region_codes(region: str) -> tuple[str, ...]:
    """The bureaus of one region, without the entity."""
    senders = tuple(code for code, bureau in BUREAUS.items() if bureau.region == region and code != ENTITY)
    return senders + FURTHER_RECIPIENTS[region]


def choose_sender(rng: Random, at: datetime, without: frozenset[str]) -> DemoBureau:
    """Choose a bureau by its share of the traffic and the hour of its own day."""
    candidates = [bureau for bureau in BUREAUS.values() if bureau.code not in without]
    weights = [bureau.weight * bureau.activity(at) for bureau in candidates]
    return rng.choices(candidates, weights)[0]


def choose_recipients(rng: Random, sender: DemoBureau, count: int, without: frozenset[str] = frozenset()) -> list[str]:
    """Choose ``count`` codes, most of them from the sender's region."""
    barred = without | {sender.code}
    near = [code for code in region_codes(sender.region) if code not in barred]
    far = [code for region in FURTHER_RECIPIENTS if region != sender.region for code in region_codes(region)]
    far = [code for code in far if code not in barred]
    share = min(len(near), count - round(count * 0.3) if count > 2 else count)
    chosen = rng.sample(near, share)
    return chosen + rng.sample(far, count - share)
