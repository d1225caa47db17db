import uuid

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_mark_stale_areas")]

    operations = [
        migrations.AddField("areamonth", "libraries", models.PositiveIntegerField(default=0)),
        migrations.AddField("areamonth", "awaiting", models.PositiveIntegerField(default=0)),
        migrations.AddField("areamonth", "lacking", models.JSONField(blank=True, default=dict)),
        migrations.AddField("areamonth", "early", models.JSONField(blank=True, default=list)),
        migrations.CreateModel(
            name="FiguresState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
