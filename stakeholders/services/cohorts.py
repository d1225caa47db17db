"""Rounds of the programme, and the villages that could join the next one."""

from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.enums import Level, ProgrammeSource
from libraries.models import Library, Region
from stakeholders import permissions
from stakeholders.candidates import TICKS
from stakeholders.enums import CandidateState
from stakeholders.models import Candidate, Cohort
from stakeholders.services.support import EARLIEST
from tpbis.accounts import audit
from tpbis.accounts.models import User

MOST_PEOPLE = 500_000  # no village of the country has more
_COHORT_SAYS = ("region", "name", "source", "first_year", "last_year", "tag", "about")
_CANDIDATE_SAYS = ("village", *TICKS, "people", "note", "state")


@dataclass(frozen=True, slots=True)
class Round:
    """What one source brought in from one year to another; with a ``tag``, those that bear it."""

    name: str
    source: ProgrammeSource
    first_year: int
    last_year: int
    tag: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Village:
    """How ready a village is, and what became of it."""

    has_room: bool = False
    has_keeper: bool = False
    has_budget: bool = False
    has_internet: bool = False
    has_letter: bool = False
    people: int | None = None
    note: str = ""
    state: CandidateState = CandidateState.PROPOSED


@transaction.atomic
def open_cohort(*, region: Region, told: Round, by: User) -> Cohort:
    """Raises ``ValidationError``."""
    cohort = Cohort(region=region, recorded_by=by)
    if not permissions.can_keep_cohort(by, cohort):
        raise PermissionDenied
    if region.level not in (Level.PROVINCE, Level.REGENCY):
        raise ValidationError({"region": _("Pilih provinsi atau kabupaten/kota.")})
    _write(cohort, told)
    _note("stakeholders.open_cohort", cohort, {}, _COHORT_SAYS, by)
    return cohort


@transaction.atomic
def change_cohort(*, cohort: Cohort, told: Round, by: User) -> Cohort:
    """Raises ``ValidationError``."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if not permissions.can_keep_cohort(by, cohort):
        raise PermissionDenied
    before = audit.values(cohort, _COHORT_SAYS)
    _write(cohort, told)
    _note("stakeholders.change_cohort", cohort, before, _COHORT_SAYS, by)
    return cohort


def _write(cohort: Cohort, told: Round) -> None:
    last = timezone.localdate().year + 1
    for field in ("first_year", "last_year"):
        if not EARLIEST.year <= getattr(told, field) <= last:
            text = _("Pilih tahun antara %(first)s dan %(last)s.")
            raise ValidationError({field: text % {"first": EARLIEST.year, "last": last}})
    if told.last_year < told.first_year:
        raise ValidationError({"last_year": _("Tahun terakhir sebelum tahun pertama.")})
    for field, value in asdict(told).items():
        setattr(cohort, field, value)
    cohort.full_clean()
    cohort.save()


# --- Candidates -----------------------------------------------------------------------------------


@transaction.atomic
def add_candidate(*, village: Region, told: Village, by: User) -> Candidate:
    """A village that nobody proposed before and that has no partner library. Raises
    ``ValidationError``."""
    if not permissions.can_keep_candidate(by, village):
        raise PermissionDenied
    if village.level != Level.VILLAGE:
        raise ValidationError(_("Pilih desa atau kelurahan."))
    if Candidate.objects.filter(village=village).exists():
        raise ValidationError(_("%s sudah ada di daftar calon.") % village.title)
    if Library.objects.partners_on(timezone.localdate()).filter(region=village).exists():
        raise ValidationError(_("%s sudah punya perpustakaan mitra.") % village.title)
    candidate = Candidate(village=village, recorded_by=by)
    _tell(candidate, told)
    _note("stakeholders.add_candidate", candidate, {}, _CANDIDATE_SAYS, by)
    return candidate


@transaction.atomic
def change_candidate(*, candidate: Candidate, told: Village, by: User) -> Candidate:
    """How ready it is now, and whether it was chosen. Raises ``ValidationError``."""
    candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate.pk)
    if not permissions.can_keep_candidate(by, candidate.village):
        raise PermissionDenied
    before = audit.values(candidate, _CANDIDATE_SAYS)
    _tell(candidate, told)
    _note("stakeholders.change_candidate", candidate, before, _CANDIDATE_SAYS, by)
    return candidate


def _tell(candidate: Candidate, told: Village) -> None:
    if told.people is not None and told.people > MOST_PEOPLE:
        raise ValidationError({"people": _("Angka ini terlalu besar untuk satu desa.")})
    for field, value in asdict(told).items():
        setattr(candidate, field, value)
    candidate.full_clean()
    candidate.save()


def _note(
    action: str,
    row: Cohort | Candidate,
    before: dict[str, object],
    says: tuple[str, ...],
    by: User,
) -> None:
    if changes := audit.difference(before, audit.values(row, says)):
        audit.record(action, by=by, subject=row, changes=changes)
