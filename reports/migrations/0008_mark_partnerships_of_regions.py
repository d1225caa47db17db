from django.db import migrations

from reports.rollups.marks import MarksStaleAnew
from reports.rollups.sources import SOURCES


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_count_areas_anew"),
        ("stakeholders", "0003_synergy"),
    ]

    operations = [
        MarksStaleAnew(source) for source in SOURCES if source.table == "stakeholders_partnership"
    ]
