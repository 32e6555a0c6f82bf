"""Facts that tell a role, a membership or a loss, however long, and facts that tell an act of the person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bodies import context, with_facts, with_offence
from rule_cases import RED

from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.rules.examination import Severity, examine
from dutydesk.language.languages import Language
from dutydesk.wire.reference.read_rule_table import load_rules

EN, FR, ES, AR = Language.ENGLISH, Language.FRENCH, Language.SPANISH, Language.ARABIC
ROLE_ONLY = [
    (AR, "كان رئيسا لمجلس إدارة شركة الصرافة ويملك ثلث أسهمها. أفلست الشركة سنة 2018 وخسر المودعون مليون دينار."),
    (AR, "هو ابن أخي زعيم عصابة سطت على مصارف في فارنا في 2017 ويعرف أفرادها منذ سنوات."),
    (ES, "Es uno de los tres socios de una firma de Lárnaca que perdió 4 millones de sus clientes en 2017."),
    (
        EN,
        "He was the chief executive officer of the company; its investors suffered losses of 12 million over years.",
    ),
    (EN, "He is known to be a senior member of the group, which was involved in drug trafficking for many years."),
    (
        EN,
        "His brother and two cousins robbed a post office in May 2019. He is the owner of the house they lived in.",
    ),
    (
        FR,
        "Il était gérant de la société. Les créanciers ont subi un préjudice de trois millions et elle a été liquidée.",
    ),
    (FR, "Il est membre d'une organisation criminelle qui se livre au trafic de stupéfiants entre plusieurs pays."),
    (ES, "Era el gerente de la empresa. Los inversores sufrieron pérdidas por más de tres millones de euros."),
    (ES, "Es integrante de la organización criminal, que se dedica al tráfico de drogas desde hace años."),
    (AR, "كان المتهم مديرا عاما للشركة، وقد لحقت بالمساهمين خسائر تقدر بثلاثة ملايين دينار خلال عامين."),
    (AR, "المتهم عضو في عصابة معروفة بالاتجار بالمخدرات في المنطقة منذ سنوات وله صلة بقيادتها."),
    (AR, "ينتمي المطلوب إلى عصابة معروفة بسرقة السيارات في ولاية تيزي وزو خلال سنة 2019."),
    (AR, "كان رئيسا لمجلس إدارة المصرف عند انهياره في مارس 2016، وفقد المودعون مدخراتهم."),
    (AR, "المذكور معروف بانتمائه إلى تنظيم إجرامي يتاجر بالمخدرات في البصرة عام 2020."),
    (EN, "He is said to be the brain of a network of cigarette smugglers in Minsk from 2016 to 2019."),
    (FR, "Elle appartient au noyau dirigeant d'une bande de voleurs à la tire connue à Rome depuis 2015."),
    (ES, "Ingresó en 2013 en la pandilla y alcanzó en ella el rango de palabrero en Soyapango."),
]
ACT = [
    (FR, "Membre d'un club, il a perdu le contrôle à 190 km/h, fauché quatre promeneurs, puis gagné Barcelone."),
    (FR, "Secrétaire au siège d'un parti, elle a établi des fausses factures et viré 190 millions à son fiancé."),
    (ES, "Por encargo de un socio al que la víctima debía dinero, esperó al tapicero y le vació el cargador."),
    (ES, "En 2018, jefe de un puesto de aduana, dejó pasar 60 contenedores y cobró 5.000 dólares por cada uno."),
    (ES, "Dos víctimas: en mayo y junio de 2018 en Puebla arrojó ácido a muchachas que no quisieron casarse con él."),
    (EN, "An associate of the gang, he called widows, said that he was a police officer and collected their savings."),
    (
        EN,
        "As director of the bank he approved loans to his own firms in May 2018 and took the money; it lost 9 million.",
    ),
    (EN, "Member of a gang of five; in May 2018 he drove the car while the others emptied the vault of a bank."),
    (EN, "The accused and his brother, both partners of the firm, broke into a warehouse in May 2018; loss 90,000."),
    (FR, "Gérant de la société, il a encaissé les acomptes de quarante clients en mai 2018 et s'est enfui."),
    (FR, "Employé d'une banque, il copiait les cartes des clients et retirait leur argent de mai à juillet 2018."),
    (ES, "Como gerente, firmó contratos falsos en mayo de 2018 y desvió tres millones a cuentas de su esposa."),
    (ES, "Empleado de banca, entre mayo y julio de 2018 retiraba dinero de las cuentas de clientes fallecidos."),
    (AR, "استغل المتهم وظيفته كمدير للبنك وحول ثلاثة ملايين دينار إلى حساب شقيقه في مايو 2018."),
    (AR, "بصفته مديرا ماليا للشركة حوّل المتهم مليون دينار إلى حساب زوجته، وأخفاها في مزرعة."),
    (EN, "The complainant's son was taken from school by the accused on 5 May 2018, and a ransom was asked for."),
    (EN, "The employee at the counter was threatened with a knife by the wanted person on 4 April 2018 in Graz."),
    (FR, "La victime, propriétaire d'une bijouterie à Nice, a été ligotée par le suspect le 3 mai 2018."),
    (FR, "Profitant de son poste de caissier, il préleva chaque semaine une liasse dans le coffre de la poste."),
    (FR, "Selon le gérant du dépôt, c'est l'accusé qui y mit le feu le 8 août 2019, d'où un dommage de deux millions."),
]


def severities(language: Language, summary: str) -> list[Severity]:
    body = with_offence(replace(RED, language=language), charge="12(3)", category=None)
    findings = examine(with_facts(body, summary=summary), context(MessageType.NOTICE_REQUEST), load_rules())
    return [finding.severity for finding in findings if finding.rule == "JUD-05"]


@pytest.mark.parametrize(("language", "summary"), ROLE_ONLY)
def test_a_role_or_a_loss_without_an_act_is_flagged(language: Language, summary: str) -> None:
    assert severities(language, summary) == [Severity.FLAG]


@pytest.mark.parametrize(("language", "summary"), ACT)
def test_an_act_of_the_person_is_found_beside_a_role(language: Language, summary: str) -> None:
    assert severities(language, summary) == []


@pytest.mark.parametrize(
    ("language", "summary"),
    [
        (EN, "The firm he headed took deposits from 800 families in 2018 and never paid them back in full."),
        (EN, "Members of the group in which he had a leading role sold heroin in the north in 2018."),
        (FR, "Il est membre d'un groupe criminel actif à Marseille depuis janvier 2018 dans le nord de la ville."),
        (AR, "ينتمي إلى الشبكة التي هربت السجائر عبر الميناء في عام 2018 مع آخرين."),
    ],
)
def test_an_act_in_a_clause_about_a_group_is_no_act_of_the_person(language: Language, summary: str) -> None:
    assert severities(language, summary) == [Severity.FLAG]


def test_a_short_account_in_arabic_has_fewer_words() -> None:
    assert severities(AR, "خنق سائق سيارة أجرة وأخذ حصيلته اليومية.") == []
    assert severities(AR, "خنق سائق سيارة أجرة.") == [Severity.FLAG]
