"""Accounts from before: whoever has one could sign in from the start, and has a key of its own."""

import secrets

from django.db import migrations
from django.db.models import F


def complete(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    User.objects.filter(activated_at=None).update(activated_at=F("created_at"))
    for user in User.objects.only("pk").iterator():
        User.objects.filter(pk=user.pk).update(personal_key=secrets.token_hex(32))


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_presence_and_audit")]

    operations = [migrations.RunPython(complete, migrations.RunPython.noop, elidable=True)]
