from django.apps import AppConfig


class LibrariesConfig(AppConfig):
    name = "libraries"

    def ready(self) -> None:
        from libraries import receivers  # noqa: F401
