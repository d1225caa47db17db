from django.db import migrations

from reports.rollups.marks import MarksStale
from reports.rollups.sources import SOURCES


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_messages"),
        ("activities", "0004_append_only_steps"),
        ("kpi", "0005_published_and_closed_stay"),
        ("libraries", "0003_roster_imports"),
        ("reports", "0004_dashboards_and_documents"),
        ("stakeholders", "0002_dashboards_and_documents"),
    ]

    operations = [MarksStale(source) for source in SOURCES]
