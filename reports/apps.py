from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from reports import receivers  # noqa: F401
        from reports.documents import kinds  # noqa: F401
        from reports.rollups import tasks  # noqa: F401

        pre_migrate.connect(_without_marks, sender=self)
        post_migrate.connect(_with_marks, sender=self)


def _without_marks(*, using: str, plan: Any, **_: Any) -> None:
    from reports.rollups import marks, sources

    if plan and connections[using].vendor == "sqlite":
        marks.take_away(sources.SOURCES, connections[using])


def _with_marks(*, using: str, **_: Any) -> None:
    from reports.rollups import marks, sources

    if connections[using].vendor == "sqlite":
        marks.put(sources.SOURCES, connections[using])
