"""Backups: for whose key they are sealed, and when one is made."""

from celery.schedules import crontab
from environ import Env

env = Env()

# The public half of a key of `manage.py backup_key`. Empty: no backup is made.
TPBIS_BACKUP_RECIPIENT = env.str("TPBIS_BACKUP_RECIPIENT", default="")
TPBIS_BACKUP_HOUR = env.int("TPBIS_BACKUP_HOUR", default=4)  # of each night, WIB

BACKUP_SCHEDULE = {
    "backup-night": {
        "task": "backup.make",
        "schedule": crontab(hour=TPBIS_BACKUP_HOUR, minute=5),
        "options": {"expires": 6 * 60 * 60},
    },
}
