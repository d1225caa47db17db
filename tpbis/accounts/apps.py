from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tpbis.accounts"
    label = "accounts"

    def ready(self) -> None:
        from tpbis.accounts import receivers  # noqa: F401
