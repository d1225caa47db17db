"""What people are told: in the portal, and by mail where they have an address."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tpbis.accounts.enums import MailState, MessageKind
from tpbis.accounts.querysets import MessageQuerySet
from tpbis.core.constraints import one_of


class Message(models.Model):
    """Something one person is told once: ``subject`` (``app.model:pk``, or what the portal calls
    it) and ``period`` (a month, a day, an event's key) say what of and when, and each comes once.

    ``mail`` says how far its mail is; without an address there is none.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages_told"
    )
    kind = models.CharField(_("jenis"), max_length=20, choices=MessageKind.choices)
    subject = models.CharField(max_length=80)
    period = models.CharField(max_length=20, blank=True)
    title = models.CharField(_("judul"), max_length=200)
    text = models.TextField(_("isi"), max_length=4000)
    link = models.CharField(max_length=300, blank=True)  # a path within the portal
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=10, choices=MailState.choices, default=MailState.NONE)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="accounts_message_of_user"),
            models.Index(fields=["mail", "created_at"], name="accounts_message_mail"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject", "period"], name="accounts_message_once"
            ),
            one_of("accounts_message", "kind", MessageKind.values),
            one_of("accounts_message", "mail", MailState.values),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.period}".strip()


class MessageMute(models.Model):
    """A kind of message that somebody does not want to be mailed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=MessageKind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="accounts_messagemute_once"),
            one_of("accounts_messagemute", "kind", MessageKind.values),
        ]

    def __str__(self) -> str:
        return f"#{self.user_id} {self.kind}"
