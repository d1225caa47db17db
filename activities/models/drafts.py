from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.enums import Kind
from activities.models.entries import Activity
from activities.querysets import EntryDraftQuerySet
from libraries.models import Library
from tpbis.core.constraints import one_of


class EntryDraft(models.Model):
    """What was typed into a recording form and is not an entry: half-written (kept by autosave), or
    ``is_twin``: it came under the number of an entry that says something else, and both are kept
    until somebody compares them. Belongs to whoever typed it, and to nobody else."""

    uuid = models.UUIDField()  # the client's number of the entry to be
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("jenis catatan"), max_length=12, choices=Kind.choices)
    is_snapshot = models.BooleanField(default=False)  # of the two forms of service improvement
    fields = models.JSONField(default=dict)  # name -> list of typed texts, as a form sends them
    photos = models.JSONField(default=list, blank=True)  # pictures stored already, see StoredPhoto
    entry = models.ForeignKey(
        Activity, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    is_twin = models.BooleanField(default=False)
    content_hash = models.CharField(max_length=64)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = EntryDraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["by", "-updated_at"], name="activities_draft_of_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "uuid"],
                condition=Q(is_twin=False),
                name="activities_entrydraft_once",
            ),
            models.UniqueConstraint(
                fields=["uuid", "content_hash"],
                condition=Q(is_twin=True),
                name="activities_entrydraft_twin_once",
            ),
            models.CheckConstraint(
                name="activities_entrydraft_twin_of_an_entry",
                condition=Q(is_twin=False) | Q(entry__isnull=False),
            ),
            one_of("activities_entrydraft", "kind", Kind.values),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"
