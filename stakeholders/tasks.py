from celery import shared_task

from stakeholders.services import decrees


@shared_task(name="stakeholders.remind_of_decrees", ignore_result=True)
def remind_of_decrees() -> None:
    """Each morning: what was told already is not told again."""
    decrees.remind_of_resting()
