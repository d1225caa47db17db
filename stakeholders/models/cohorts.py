from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from libraries.enums import ProgrammeSource
from libraries.models import Region
from stakeholders.enums import CandidateState
from stakeholders.models.kept import Recorded
from stakeholders.querysets import CandidateQuerySet, CohortQuerySet
from tpbis.core.constraints import one_of


class Cohort(Recorded):
    """A round of the programme: the libraries of ``region`` that one source brought in from one
    year to another; with a ``tag``, only those that bear it. Who belongs to it follows from the
    register."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(_("nama angkatan"), max_length=100)
    source = models.CharField(_("sumber program"), max_length=20, choices=ProgrammeSource.choices)
    first_year = models.PositiveSmallIntegerField(_("bergabung sejak tahun"))
    last_year = models.PositiveSmallIntegerField(_("sampai tahun"))
    tag = models.CharField(_("tanda program"), max_length=60, blank=True)
    about = models.CharField(_("keterangan"), max_length=300, blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("stakeholders_cohort", "source", ProgrammeSource.values),
            models.CheckConstraint(
                name="stakeholders_cohort_years_in_order",
                condition=Q(last_year__gte=F("first_year")),
                violation_error_message=_("Tahun terakhir sebelum tahun pertama."),
            ),
            models.UniqueConstraint(
                fields=["region", "name"],
                name="stakeholders_cohort_once",
                violation_error_message=_("Angkatan dengan nama ini sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reports:cohort", kwargs={"pk": self.pk})


class Candidate(Recorded):
    """A village without a partner library that could join the next round, and how ready it is."""

    village = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="candidate")
    has_room = models.BooleanField(_("ada ruang perpustakaan"), default=False)
    has_keeper = models.BooleanField(_("ada pengelola"), default=False)
    has_budget = models.BooleanField(_("ada anggaran desa"), default=False)
    has_internet = models.BooleanField(_("ada internet"), default=False)
    has_letter = models.BooleanField(_("ada surat kesediaan kepala desa"), default=False)
    people = models.PositiveIntegerField(_("jumlah penduduk"), null=True, blank=True)
    note = models.CharField(_("kebutuhan"), max_length=300, blank=True)
    state = models.CharField(
        _("keadaan"),
        max_length=10,
        choices=CandidateState.choices,
        default=CandidateState.PROPOSED,
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [one_of("stakeholders_candidate", "state", CandidateState.values)]

    def __str__(self) -> str:
        return f"#{self.village_id} ({self.state})"
