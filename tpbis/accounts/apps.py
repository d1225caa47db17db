from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tpbis.accounts"
    label = "accounts"
