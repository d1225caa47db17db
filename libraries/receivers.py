from typing import Any

from django.dispatch import receiver

from libraries import tasks
from libraries.models import Activation, Assignment
from libraries.signals import roster_waiting
from tpbis.accounts.models import User
from tpbis.accounts.signals import personal_data_asked
from tpbis.core.queueing import queue


@receiver(roster_waiting)
def take_it_up(*, roster_id: int, **_: Any) -> None:
    queue(tasks.work_on_roster, roster_id=roster_id)


@receiver(personal_data_asked)
def what_libraries_know(*, user: User, **_: Any) -> dict[str, Any]:
    """Where the person worked, and the codes that let them in."""
    places = Assignment.objects.filter(user=user).order_by("starts_on", "pk")
    codes = Activation.objects.filter(used_by=user).order_by("used_at", "pk")
    return {
        "assignments": list(
            places.values("region__name", "library__name", "starts_on", "ends_on", "may_review")
        ),
        "activations": list(
            codes.values(
                "library__name", "recipient_name", "recipient_phone", "issued_at", "used_at"
            )
        ),
    }
