"""Impact stories and good practice, and who agreed to be told of."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.enums import ConsentScope, ReturnReason, StoryAction, StoryKind, StoryState
from activities.models.pictures import Picture
from activities.querysets import ConsentQuerySet, StoryPhotoQuerySet, StoryQuerySet
from libraries.enums import Theme
from libraries.models import Library
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import one_of, together


class Story(models.Model):
    """*Cerita dampak* or *praktik baik*: reviewed like a report, shown in the gallery once approved
    and only while everybody in it agrees (see :class:`Consent`)."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="stories")
    kind = models.CharField(_("jenis"), max_length=12, choices=StoryKind.choices)
    theme = models.CharField(_("bidang"), max_length=20, choices=Theme.choices)
    happened_on = models.DateField(_("tanggal"))
    title = models.CharField(_("judul"), max_length=200)
    text = models.TextField(_("cerita"), max_length=10_000)
    testimony = models.TextField(_("testimoni"), max_length=2_000, blank=True)
    speaker = models.CharField(
        _("yang bicara"),
        max_length=120,
        blank=True,
        help_text=_("Sebutannya saja, misalnya: Ibu S., pedagang keripik"),
    )
    has_people = models.BooleanField(_("orangnya dapat dikenali"), default=True)
    state = models.CharField(
        _("status"), max_length=10, choices=StoryState.choices, default=StoryState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seal = models.CharField(max_length=64, blank=True, default="")
    updated_at = models.DateTimeField(default=timezone.now)

    objects = StoryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-happened_on"], name="activities_story_gallery"),
            models.Index(fields=["library", "-happened_on"], name="activities_story_library"),
            models.Index(fields=["updated_at"], name="activities_story_updated"),
        ]
        constraints = [
            one_of("activities_story", "kind", StoryKind.values),
            one_of("activities_story", "theme", Theme.values),
            one_of("activities_story", "state", StoryState.values),
            together("activities_story", "submitted"),
            together("activities_story", "decided"),
            models.CheckConstraint(
                name="activities_story_sealed_when_approved",
                condition=Q(state=StoryState.APPROVED) & ~Q(seal="")
                | ~Q(state=StoryState.APPROVED) & Q(seal=""),
            ),
            models.CheckConstraint(
                name="activities_story_submitted_has_time",
                condition=Q(state=StoryState.DRAFT) | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (#{self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("activities:story", kwargs={"pk": self.pk})


class StoryPhoto(Picture):
    """A picture of a story; private like those of entries."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="photos")

    objects = StoryPhotoQuerySet.as_manager()

    class Meta(Picture.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["story", "sha256"],
                name="activities_storyphoto_once_per_story",
                violation_error_message=_("Foto ini sudah ada di cerita ini."),
            )
        ]


class Consent(models.Model):
    """That somebody who can be recognised in a story agreed: who, when, to what; for a child its
    guardian. Never deleted: one that is withdrawn says when, and hides the story."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="consents")
    given_by = models.CharField(_("nama yang menyetujui"), max_length=150)
    given_on = models.DateField(_("tanggal persetujuan"))
    scope = models.CharField(_("boleh dipakai untuk"), max_length=10, choices=ConsentScope.choices)
    is_child = models.BooleanField(_("anak di bawah 18 tahun"), default=False)
    guardian = models.CharField(_("nama wali"), max_length=150, blank=True)
    guardian_relation = models.CharField(_("hubungan wali"), max_length=60, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("activities_consent", "scope", ConsentScope.values),
            together("activities_consent", "withdrawn"),
        ]

    def __str__(self) -> str:
        return f"#{self.story_id} {self.given_on}"


class StoryEvent(AppendOnlyModel):
    """One step of a story. Append-only."""

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=12, choices=StoryAction.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=ReturnReason.choices, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["story", "at"], name="activities_storyevent_at")]
        constraints = [
            one_of("activities_storyevent", "action", StoryAction.values),
            models.CheckConstraint(
                name="activities_storyevent_return_has_reason",
                condition=~Q(action=StoryAction.RETURNED)
                | Q(reason__in=ReturnReason.values) & ~Q(comment=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"
