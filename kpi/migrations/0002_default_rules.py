"""The rules to begin with: one version for village libraries, one for regency libraries."""

from datetime import date

from django.db import migrations

GENERAL = ["involvement", "advocacy", "service"]
NOTE = (
    "Aturan awal. Bobot SIM nasional tidak diterbitkan; aturan ini disesuaikan kira-kira dengan "
    "skor resmi satu kabupaten (26 perpustakaan: korelasi 0,96, selisih rata-rata 8 poin, 19 dari "
    "26 warna sama)."
)
# component, measure, points, count per months
INDICATORS = [
    ("involvement", "involvement", 25, 3, 1),
    ("involvement", "participants", 10, 40, 1),
    ("advocacy", "advocacy", 20, 3, 2),
    ("service", "service", 15, 2, 6),
    ("visits", "visit_months", 10, 1, 1),
    ("publication", "publications", 10, 3, 1),
    ("sustainability", "sustainability", 10, 1, 12),
]


def create(apps, schema_editor):
    rule_sets = apps.get_model("kpi", "RuleSet").objects
    indicators = apps.get_model("kpi", "Indicator").objects
    for group in ("village", "regency"):
        rule_set = rule_sets.create(
            group=group,
            version=1,
            valid_from=date(2018, 1, 1),
            note=NOTE,
            yellow_above=25_000,
            green_above=75_000,
            general=GENERAL,
        )
        for position, (component, measure, points, count, per_months) in enumerate(INDICATORS, 1):
            indicators.create(
                rule_set=rule_set,
                position=position,
                component=component,
                measure=measure,
                points=points,
                count=count,
                per_months=per_months,
            )


def remove(apps, schema_editor):
    apps.get_model("kpi", "RuleSet").objects.filter(version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("kpi", "0001_initial")]

    operations = [migrations.RunPython(create, remove)]
