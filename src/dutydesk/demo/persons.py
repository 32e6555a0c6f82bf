"""Invented persons in many scripts, each with a second spelling of the name."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class Spelling:
    """One part of a name: transliterated, in its own script, and in another transliteration."""

    latin: str
    original: str | None
    other: str


@value(frozen=True, slots=True)
class InventedPerson:
    family: Spelling
    given: Spelling
    sex: str
    born: date
    original_script: str | None

    def name(self) -> dict[str, str]:
        """The name in the wire format."""
        written = {"family": self.family.latin, "given": self.given.latin}
        if self.original_script is not None:
            written["original_script"] = self.original_script
        return written

    def alternative_spelling(self) -> str:
        """The whole name in the other spelling, given name first, as a border officer types it."""
        return f"{self.given.other} {self.family.other}"

    def alternative_name(self) -> dict[str, str]:
        """The name in the other spelling, without the original script."""
        return {"family": self.family.other, "given": self.given.other}

    def age_on(self, day: date) -> int:
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@value(frozen=True, slots=True)
class FeminineForm:
    """How a family name changes for a woman: letters cut off and added, Latin and original."""

    cut: int
    add: str
    original_add: str

    def inflect(self, name: Spelling) -> Spelling:
        original = None if name.original is None else self._inflect_text(name.original, self.original_add)
        return Spelling(self._inflect_text(name.latin, self.add), original, self._inflect_text(name.other, self.add))

    def _inflect_text(self, text: str, add: str) -> str:
        return text[: len(text) - self.cut] + add


@value(frozen=True, slots=True)
class NamePool:
    """Invented names of one culture; ``order`` joins ``{family}`` and ``{given}`` in the original script."""

    families: tuple[Spelling, ...]
    men: tuple[Spelling, ...]
    women: tuple[Spelling, ...]
    order: str = "{family} {given}"
    feminine: FeminineForm | None = None


def _spelling(text: str) -> Spelling:
    latin, original, other = (*text.split("="), "", "")[:3]
    return Spelling(latin, original or None, other or latin)


def _spellings(text: str) -> tuple[Spelling, ...]:
    return tuple(_spelling(part) for part in text.split())


def _pool(
    families: str, men: str, women: str, order: str = "{family} {given}", feminine: FeminineForm | None = None
) -> NamePool:
    return NamePool(_spellings(families), _spellings(men), _spellings(women), order, feminine)


_SLAVIC = FeminineForm(cut=0, add="a", original_add="а")

POOLS: dict[str, NamePool] = {
    "ru": _pool(
        "Drozhnev=Дрожнев=Drojnev Talabin=Талабин=Talabine Meshkarov=Мешкаров=Meschkarow Zhilyarov=Жиляров=Jiliarov "
        "Yerokhtin=Ерохтин=Erohtin Kuzlyakov=Кузляков=Kuzliakov Shcheglatov=Щеглатов=Sheglatov "
        "Ovchirin=Овчирин=Ovtchirin",
        "Arkady=Аркадий=Arkadi Gleb=Глеб=Hleb Matvey=Матвей=Matvei Yuri=Юрий=Iouri Timur=Тимур=Timour",
        "Ksenia=Ксения=Xenia Yelena=Елена=Elena Zhanna=Жанна=Janna Lidia=Лидия=Lidiya Darya=Дарья=Daria",
        feminine=_SLAVIC,
    ),
    "uk": _pool(
        "Havrylchenko=Гаврильченко=Gavrilchenko Zhurbenko=Журбенко=Jurbenko Stepovchuk=Степовчук=Stepowczuk "
        "Yarovenko=Яровенко=Iarovenko Shchedrych=Щедрич=Schedrich Korzhiak=Коржяк=Korziak Lyshchuk=Лищук=Lishchuk",
        "Andrii=Андрій=Andriy Bohdan=Богдан=Bogdan Taras=Тарас Yevhen=Євген=Evgen Ostap=Остап",
        "Oksana=Оксана=Oxana Nadiia=Надія=Nadiya Halyna=Галина=Galina Yuliia=Юлія=Julia Solomiia=Соломія=Solomiya",
    ),
    "bg": _pool(
        "Parvolov=Първолов=Parvoloff Zhechkarov=Жечкаров=Jechkarov Tsonevski=Цоневски=Conevski Dramalin=Драмалин",
        "Plamen=Пламен Tsvetan=Цветан=Cvetan Yordan=Йордан=Iordan",
        "Rumyana=Румяна=Rumiana Zhivka=Живка=Jivka Tsveta=Цвета=Cveta",
    ),
    "sr": _pool(
        "Jerkovac=Јерковац=Yerkovac Šimčević=Шимчевић=Simcevic Vukmirac=Вукмирац Ćosilj=Ћосиљ=Cosilj",
        "Dragiša=Драгиша=Dragisa Žarko=Жарко=Zarko Nemanja=Немања",
        "Ljubica=Љубица=Lubica Snežana=Снежана=Snezana Vesna=Весна",
    ),
    "el": _pool(
        "Kalandris=Καλανδρής=Calandris Petroulias=Πετρουλιάς=Petroulhas Vrachnas=Βραχνάς=Vrahnas Zoumis=Ζούμης",
        "Stavros=Σταύρος=Stauros Thanasis=Θανάσης=Tanasis Lefteris=Λευτέρης=Leuteris",
        "Chrysa=Χρύσα=Hrisa Despina=Δέσποινα=Despoina Fotini=Φωτεινή=Foteini",
        feminine=FeminineForm(cut=1, add="", original_add=""),
    ),
    "ka": _pool(
        "Tsikaridze=ციკარიძე=Cikaridze Meborashvili=მებორაშვილი=Meboraschwili Zhvanadze=ჟვანაძე=Jvanadze",
        "Levan=ლევან Zurab=ზურაბ=Zurabi Vakhtang=ვახტანგ=Vahtang",
        "Ketevan=ქეთევან=Qetevan Nino=ნინო Tamar=თამარ=Tamari",
    ),
    "hy": _pool(
        "Vardashunyan=Վարդաշունյան=Vardachounian Khachvardyan=Խաչվարդյան=Hachvardian Shirvazyan=Շիրվազյան=Chirvazian",
        "Hrant=Հրանտ Tigran=Տիգրան=Dikran Vahagn=Վահագն",
        "Anahit=Անահիտ=Anait Lusine=Լուսինե=Lousine Nare=Նարե",
    ),
    "ar": _pool(
        "al-Zarnuqi=الزرنوقي=Elzarnouki Bouhafsani=بوحفصاني=Buhafsani "
        "al-Khuwaylid=الخويلد=Alkhuailed Hamdawani=حمدواني=Hamdaouani "
        "Qarmushi=قرموشي=Karmouchi Shuwaykh=شويخ=Chouikh Mansuriya=منصورية=Mansouria Tarabin=طرابين=Tarabine",
        "Yusuf=يوسف=Youssef Khalid=خالد=Khaled Mahmud=محمود=Mahmoud Tariq=طارق=Tarek Munir=منير=Mounir",
        "Fatima=فاطمة=Fatma Nur=نور=Nour Layla=ليلى=Leila Rima=ريما=Reema Husna=حسنى=Housna",
        order="{given} {family}",
    ),
    "he": _pool(
        "Barzellon=ברצלון=Bartzelon Shalevson=שלבסון=Shalewson Tzurieli=צוריאלי=Zurieli Hadarin=הדרין=Chadarin",
        "Eitan=איתן=Etan Yoav=יואב=Joav Itzik=איציק=Izik",
        "Noga=נוגה Yael=יעל=Jael Shira=שירה=Schira",
        order="{given} {family}",
    ),
    "zh": _pool(
        "Ouyang=歐陽=Auyeung Zhuge=諸葛=Chuko Shangguan=上官=Seungkun Xiahou=夏侯=Hahau Linghu=令狐=Lingwu",
        "Wenbo=文博=Manpok Jianhao=健豪=Kinho Zhiyuan=志遠=Chiyuen",
        "Yulan=玉蘭=Yuklan Xiaomei=曉梅=Hiumui Jingyi=靜儀=Chingyee",
        order="{family}{given}",
    ),
    "ja": _pool(
        "Kurosagi=黒鷺=Kurosaghi Mizuhata=水畑=Midzuhata Tsukimori=月森=Tukimori Ōkumazawa=大熊澤=Ohkumazawa",
        "Shinji=信二=Sinzi Tetsuo=哲雄=Tetuo Jun'ichi=順一=Junichi",
        "Fumiko=文子=Humiko Chizuru=千鶴=Tizuru Yōko=洋子=Yoko",
    ),
    "ko": _pool(
        "Namgung=남궁=Namkoong Seonu=선우=Sunwoo Dokgo=독고=Tokko",
        "Jeongho=정호=Jungho Gyuwon=규원=Kyuwon Daeseok=대석=Taesok",
        "Yeongja=영자=Youngja Hyerin=혜린=Hyelin Mirae=미래",
        order="{family}{given}",
    ),
    "hi": _pool(
        "Chandraval=चंद्रवाल=Chandrawal Bhairodia=भैरोदिया=Bairodia Tejwanshi=तेजवंशी=Tejvanshi",
        "Vikram=विक्रम=Wikram Ashok=अशोक Jayesh=जयेश=Jaiesh",
        "Lakshmi=लक्ष्मी=Laxmi Poornima=पूर्णिमा=Purnima Savita=सविता",
        order="{given} {family}",
    ),
    "th": _pool(
        "Rattanawong=รัตนวงศ์=Ratanawong Phumsawat=ภูมิสวัสดิ์=Poomsawat Chaiyabun=ไชยบุญ=Chaiboon",
        "Somkiat=สมเกียรติ=Somkiet Anuwat=อนุวัฒน์=Anuvat Prasit=ประสิทธิ์=Prasith",
        "Siriporn=ศิริพร=Siripon Malai=มาลัย Kanya=กัญญา",
        order="{given} {family}",
    ),
    "am": _pool(
        "Gebremeskot=ገብረመስኮት=Ghebremeskot Tesfamarkos=ተስፋማርቆስ=Tesfamarcos Woldekiros=ወልደኪሮስ=Weldekiros",
        "Dawit=ዳዊት=Davit Yohannes=ዮሐንስ=Johannes Tekle=ተክለ",
        "Selamawit=ሰላማዊት Hirut=ሂሩት=Heroot Tsehay=ፀሐይ=Tsehai",
        order="{given} {family}",
    ),
    "pl": _pool(
        "Grzędzielski==Grzedzielski Łabętowski==Labetowski Żmigrocki==Zmigrocki Świerżyński==Swierzynski",
        "Zbigniew Paweł==Pawel Mścisław==Mscislaw",
        "Małgorzata==Malgorzata Bożena==Bozena Agnieszka",
        feminine=FeminineForm(cut=1, add="a", original_add=""),
    ),
    "cs": _pool(
        "Hřebenda==Hrebenda Křivoška==Krivoska Zvěřina==Zverina", "Ondřej==Ondrej Vojtěch==Vojtech", "Božena Zdeňka"
    ),
    "de": _pool(
        "Büttgenau==Buettgenau Kröllmann==Kroellmann Straßmeier==Strassmeier Weidhorst Ömerling==Oemerling",
        "Jürgen==Juergen Holger Götz==Goetz Detlef",
        "Käthe==Kaethe Heike Brünhild==Bruenhild Antje",
    ),
    "fr": _pool(
        "Brésillac==Bresillac Lachênaie==Lachenaie Montferdoux Gâtelier==Gatelier Pérouzel==Perouzel",
        "Étienne==Etienne Benoît==Benoit Rémi==Remy Gaël==Gael",
        "Hélène==Helene Maëlle==Maelle Solène==Solene Agathe",
    ),
    "es": _pool(
        "Valdepeñasco==Valdepenasco Iturgáiz==Iturgaiz Quiñoneda==Quinoneda Zarzuelos "
        "Montañeda==Montaneda Urdiález==Urdiales",
        "Íñigo==Inigo Ramón==Ramon Joaquín==Joaquin Nicolás==Nicolas Germán==German",
        "Begoña==Begona Inés==Ines Rocío==Rocio Ángela==Angela Verónica==Veronica",
    ),
    "pt": _pool(
        "Guimarões==Guimaroes Assunpção==Assuncao Lourençal==Lourencal Figueirão==Figueirao",
        "João==Joao Estêvão==Estevao Hélio==Helio",
        "Conceição==Conceicao Inês==Ines Luísa==Luiza",
    ),
    "it": _pool(
        "Bevilaquini Tagliafosco Nicolotto==Nicoloto Quarantello",
        "Niccolò==Nicolo Ennio Saverio",
        "Chiara Loredana Nives",
    ),
    "nl": _pool(
        "Hoogendrecht Verschuijl==Verschuyl Buitenkamp", "Sjoerd Thijs==Thys Wouter", "Marijke==Maryke Femke Saskia"
    ),
    "en": _pool(
        "Hartlewick Penhallam Thornscar Ashcombley McGrenna==MacGrenna O'Dunlagh==Odunlagh",
        "Geoffrey==Jeffrey Stephen==Steven Alistair==Alasdair",
        "Catherine==Katherine Philippa Sara==Sarah",
    ),
    "ro": _pool(
        "Brătuleanu==Bratuleanu Țurcanaș==Turcanas Șerbulescu==Serbulescu",
        "Ștefan==Stefan Răzvan==Razvan Ion",
        "Ileana Crăița==Craita Doina",
    ),
    "hu": _pool("Kőszeghalmi==Koszeghalmi Vértesaljai==Vertesaljai", "Győző==Gyozo Béla==Bela", "Enikő==Eniko Piroska"),
    "lt": _pool("Žvirbliūnas==Zvirbliunas Gedrimaitis", "Žydrūnas==Zydrunas Jonas", "Rūta==Ruta Eglė==Egle"),
    "fi": _pool("Hämäläkivi==Hamalakivi Rautasyrjä==Rautasyrja", "Yrjö==Yrjo Pekka", "Päivi==Paivi Helvi"),
    "sv": _pool("Björkedahl==Bjorkedahl Åsenlund==Aasenlund", "Göran==Goran Nils", "Märta==Marta Gunilla"),
    "tr": _pool(
        "Çağlarsoy==Caglarsoy Özbeyli==Ozbeyli Yıldıran==Yildiran",
        "Şükrü==Sukru Görkem==Gorkem İlhan==Ilhan",
        "Gülşen==Gulsen Işıl==Isil Ayşe==Ayse",
    ),
    "sw": _pool(
        "Wanjohiri Otienga Mwakasege==Mwakasegi Kiptorok", "Juma Barasa Ochieng'==Ochieng", "Zawadi Neema==Nema Akinyi"
    ),
    "yo": _pool(
        "Adébáyérò==Adebayero Ọlátúnjọ==Olatunjo Ekwuemeka",
        "Babátúndé==Babatunde Chidiebere Kọ́ládé==Kolade",
        "Ìyábọ̀==Iyabo Ngozika Fọlákẹ́==Folake",
    ),
    "wo": _pool(
        "Ndiaganiao==Ndiaganiaw Koffikan Sarrboye",
        "Mamadou==Mamadu Kouassi==Kwasi Ousmane==Usman",
        "Aïssatou==Aissatu Adjoua Ndeye",
    ),
    "ms": _pool(
        "Zainorudin==Zainuruddin Tambyrajah==Thambirajah", "Hafizul==Hafeezul Suresh", "Nurhidah==Noorhidah Devi"
    ),
    "vi": _pool("Đặngvĩ==Dangvi Huỳnhlâm==Huynhlam", "Đức==Duc Quốc==Quoc", "Hường==Huong Ngọc==Ngoc"),
}

TODAY = date(2022, 3, 10)


def invent_person(rng: Random, pool: str, years: tuple[int, int] = (19, 68), sex: str | None = None) -> InventedPerson:
    """An invented person whose age is between ``years``, with names of ``pool``."""
    names = POOLS[pool]
    chosen_sex = sex or rng.choices(("M", "F"), (3, 1))[0]
    family = rng.choice(names.families)
    given = rng.choice(names.women if chosen_sex == "F" else names.men)
    if chosen_sex == "F" and names.feminine is not None:
        family = names.feminine.inflect(family)
    born = TODAY - timedelta(days=rng.randrange(years[0] * 366, years[1] * 365))
    original = None
    if family.original is not None and given.original is not None:
        original = names.order.format(family=family.original, given=given.original)
    return InventedPerson(family, given, chosen_sex, born, original)


def birth_as_written(rng: Random, born: date) -> str:
    """A birth date as bureaus know it: mostly the day, sometimes the month or the year alone."""
    return born.isoformat()[: rng.choices((10, 7, 4), (85, 5, 10))[0]]


def invent_document(rng: Random, issuer: str) -> dict[str, str]:
    """A passport or identity card with an invented number."""
    kind = rng.choices(("passport", "identity_card"), (4, 1))[0]
    letters = "".join(rng.choices("CFGHJKLMNPRTVWXYZ", k=2))
    return {"type": kind, "number": f"{letters}{rng.randrange(1_000_000, 9_999_999)}", "issuer": issuer}
