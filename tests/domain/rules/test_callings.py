"""Titles: full words in each gender and number; what only sounds like one points at nothing."""

from __future__ import annotations

import pytest
from bodies import context, with_person
from rule_cases import RED

from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.rules.examination import examine
from dutydesk.wire.reference.read_rule_table import load_rules

POINTS = """
major general; Major General (retired); former judge; imam; member of parliament; Deputy Minister of Energy; nun
parish priest; ex-mayor of Omsk; State prosecutor; Retired army colonel; opposition politician; journalist; bishops
général de brigade; ancienne juge; députée à l'Assemblée; imam; ex-ministre; procureure de la République; moines; curé
general de división; exjueza; imán de una mezquita; diputada nacional; exalcalde; monja; fiscal anticorrupción
لواء متقاعد; قاض سابق; قاضية; إمام مسجد; نائبة في البرلمان; صحفية; وزير سابق; راهبات
"""
SILENT = """
General manager; director general; general practitioner; monkfish seller; pastoral farmer; court reporter
vice president of sales; deputy manager; head of state-owned store; minister's driver; colonel's cook; film editor
judge at dog shows; president of a football club; judgement creditor; party planner; army surplus dealer; bank officer
commandant de bord; directeur général; médecin généraliste; juge de touche; maréchal-ferrant
secrétaire général d'un club
garde du corps d'un ministre; officier mécanicien de la marine marchande; agent général d'assurances; pasteur de brebis
comandante de avión; director general; médico general; asesor fiscal; juez de línea; fabricante de imanes
pastor de ovejas; capitán de barco
رقيب عمال; عميد كلية الهندسة; مدير عام; نائب مدير; قائد طائرة; رائد أعمال; نقيب المهندسين; سائق وزير; مقدم طلبات
"""


def titles(lines: str) -> list[str]:
    return [title.strip() for title in lines.replace("\n", ";").split(";") if title.strip()]


def fires(occupation: str) -> bool:
    body = with_person(RED, occupation=occupation)
    return "CON-03" in {finding.rule for finding in examine(body, context(MessageType.DIFFUSION), load_rules())}


@pytest.mark.parametrize("occupation", titles(POINTS))
def test_a_title_points(occupation: str) -> None:
    assert fires(occupation)


@pytest.mark.parametrize("occupation", titles(SILENT))
def test_what_only_sounds_like_a_title_points_at_nothing(occupation: str) -> None:
    assert not fires(occupation)
