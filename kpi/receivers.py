from typing import Any

from django.dispatch import receiver

from activities.signals import approved_content_changed, stories_changed
from kpi import services, tasks
from kpi.enums import RunReason
from kpi.models import Score
from kpi.signals import run_began
from libraries.models import Library, Region
from libraries.signals import (
    lead_changed,
    libraries_merged,
    libraries_merging,
    many_changed,
    register_changed,
)
from stakeholders.signals import partnerships_changed
from tpbis.accounts.models import User
from tpbis.core.queueing import queue


@receiver(approved_content_changed)
def count_the_month(*, report_id: int, **_: Any) -> None:
    queue(tasks.count_and_rescore, report_id=report_id)


@receiver(partnerships_changed)
@receiver(stories_changed)
def score_the_library(*, library_id: int, **_: Any) -> None:
    queue(tasks.rescore_library, library_id=library_id)


@receiver(register_changed)
def score_what_the_register_says_anew(*, library_id: int, **_: Any) -> None:
    """Its kind, its first month or the months without it may be others now. A new library, as of
    an import, has no score yet: the sweep scores them all at once."""
    if Score.objects.filter(library=library_id).exists():
        queue(tasks.rescore_library, library_id=library_id)


@receiver(libraries_merging)
def forget_the_duplicate(*, duplicate: Library, **_: Any) -> None:
    services.forget(duplicate)


@receiver(libraries_merging)
def move_its_awards(*, keep: Library, duplicate: Library, by: User, **_: Any) -> None:
    services.move_awards(keep=keep, duplicate=duplicate, by=by)


@receiver(libraries_merged)
def count_what_it_got(*, library_id: int, **_: Any) -> None:
    queue(tasks.recount, library_id=library_id)


@receiver(lead_changed)
def count_its_visits_anew(*, regency: Region, **_: Any) -> None:
    """The seals stay where both sources tell of a month's visits and the other one counts now."""
    services.forget_what_both_tell(regency)


@receiver(many_changed)
def score_all_anew(**_: Any) -> None:
    """A roster came in: one run over everything instead of a message a library."""
    services.start_run(RunReason.IMPORT)


@receiver(run_began)
def share_out_its_areas(*, run_area_ids: list[int], **_: Any) -> None:
    for run_area_id in run_area_ids:
        queue(tasks.work_on_area, run_area_id=run_area_id)
