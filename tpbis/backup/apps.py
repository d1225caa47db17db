from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "tpbis.backup"
    label = "backup"
