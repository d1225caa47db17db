from django.db import migrations

from tpbis.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]

    operations = [AppendOnly("activities_reviewevent")]
