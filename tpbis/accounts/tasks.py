"""What accounts leave to the worker."""

from celery import shared_task

from tpbis.accounts import services


@shared_task(name="accounts.link_audit", ignore_result=True)
def link_audit() -> None:
    services.link_audit()


@shared_task(name="accounts.send_password_link", ignore_result=True)
def send_password_link(*, user_id: int) -> None:
    services.send_password_link(user_id=user_id)


@shared_task(name="accounts.clear_expired", ignore_result=True)
def clear_expired() -> None:
    services.clear_expired()


@shared_task(name="accounts.mail_pending", ignore_result=True)
def mail_pending() -> None:
    services.mail_pending()
