from django.db import migrations, models

from tpbis.core.append_only import AppendOnly

PUBLISHED = "(SELECT state FROM kpi_ruleset WHERE id = {row}.rule_set_id) = 'published'"


class Migration(migrations.Migration):
    dependencies = [("kpi", "0004_publish_the_first_rules")]

    operations = [
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state', 'draft'), ('valid_from__isnull', True), ('version__isnull', True)), models.Q(('published_at__isnull', False), ('state', 'published'), ('valid_from__isnull', False), ('version__isnull', False)), _connector='OR'), name='kpi_ruleset_published_is_dated'),
        ),
        AppendOnly("kpi_ruleset", when="OLD.state = 'published'"),
        AppendOnly(
            "kpi_indicator",
            when=PUBLISHED.format(row="OLD"),
        ),
        AppendOnly(
            "kpi_indicator",
            when=PUBLISHED.format(row="NEW"),
            events=("insert", "update"),
            name="kpi_indicator_into",
        ),
        AppendOnly("kpi_closing"),
        AppendOnly("kpi_closingscore"),
    ]
