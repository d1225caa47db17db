from typing import Any

from django.dispatch import receiver

from libraries.models import Library
from libraries.signals import libraries_merging
from stakeholders import services


@receiver(libraries_merging)
def move_its_partnerships(*, keep: Library, duplicate: Library, **_: Any) -> None:
    services.move_to(keep=keep, duplicate=duplicate)
