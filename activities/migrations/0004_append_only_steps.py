from django.db import migrations

from tpbis.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_field_reporting")]

    operations = [AppendOnly("activities_remark"), AppendOnly("activities_storyevent")]
