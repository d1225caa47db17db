"""What a paper about a supporting body needs to be told: months, lines of a budget, who signs."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level
from libraries.models import Region
from reports.enums import DocumentKind
from reports.forms.document_kinds import LinesForm, PaperForm
from reports.forms.documents import months_offered
from stakeholders.models import Attendee, Commitment, Event, Need
from tpbis.accounts.enums import Role
from tpbis.core import periods
from tpbis.core.form_fields import TextLine
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import QueryDict

    from reports.models.documents import Subject
    from tpbis.accounts.models import User


class AboutForm(PaperForm):
    """Of this month, unless a kind says otherwise; ``region`` where somebody chooses one."""

    @property
    def period(self) -> Period:
        month = periods.this_month()
        return Period(month, month)

    @property
    def region(self) -> Region | None:
        return None


class RegionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class ImpactForm(AboutForm):
    """Which months, and whose libraries; a supporter has all that its organisation gave counted."""

    dari = forms.ChoiceField(label=_("Dari bulan"))
    sampai = forms.ChoiceField(label=_("Sampai bulan"))
    wilayah = RegionField(
        label=_("Diterima di"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _("Pilih wilayah tugas Anda.")},
    )

    def __init__(self, data: "QueryDict | None" = None, *, user: "User") -> None:
        super().__init__(data)
        usual = _this_year()
        for name, month in (("dari", usual.start), ("sampai", usual.end)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(months_offered())
            field.initial = periods.month_code(month)
        if user.role == Role.SUPPORTER:
            del self.fields["wilayah"]
            return
        regions = self.fields["wilayah"]
        assert isinstance(regions, forms.ModelChoiceField)
        seen = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
        regions.queryset = seen.order_by("code")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("dari"), cleaned.get("sampai")
        if first and last and last < first:
            self.add_error("sampai", gettext("Bulan terakhir sebelum bulan pertama."))
        return cleaned

    @property
    def period(self) -> Period:
        said = self.cleaned_data
        return Period(periods.parse_month(said["dari"]), periods.parse_month(said["sampai"]))

    @property
    def region(self) -> Region | None:
        found: Region | None = self.cleaned_data.get("wilayah")
        return found


class ProposalForm(AboutForm):
    """The budget as the need states it."""

    @property
    def period(self) -> Period:
        """What the background counts."""
        return _this_year()


class BudgetForm(LinesForm, ProposalForm):
    """A number of its own, and the budget line by line where it has several."""

    nomor = TextLine(label=_("Nomor surat"), max_length=60, required=False)

    @property
    def details(self) -> dict[str, Any]:
        return {**super().details, "number": self.cleaned_data["nomor"]}


class HandoverForm(AboutForm):
    """Who hands over and who receives; what is left out is a line to write on."""

    nomor = TextLine(label=_("Nomor berita acara"), max_length=60, required=False)
    tempat = TextLine(label=_("Tempat penyerahan"), max_length=100, required=False)
    pemberi = TextLine(label=_("Nama yang menyerahkan"), max_length=100, required=False)
    jabatan_pemberi = TextLine(label=_("Jabatan yang menyerahkan"), max_length=100, required=False)
    penerima = TextLine(label=_("Nama yang menerima"), max_length=100, required=False)
    jabatan_penerima = TextLine(label=_("Jabatan yang menerima"), max_length=100, required=False)

    def __init__(self, data: "QueryDict | None" = None, *, commitment: Commitment) -> None:
        super().__init__(data)
        assert commitment.support is not None
        month = periods.first_of_month(commitment.support.given_on)
        self._period = Period(month, month)

    @property
    def period(self) -> Period:
        return self._period

    @property
    def details(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class AnnexForm(AboutForm):
    """Who belongs to the team on the day it is made."""


class AttendeeField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class AttendanceForm(AboutForm):
    """For everybody who was there, or for one of them."""

    peserta = AttendeeField(
        label=_("Peserta"),
        queryset=Attendee.objects.none(),
        required=False,
        empty_label=_("Semua yang hadir"),
        error_messages={"invalid_choice": _("Pilih peserta yang hadir di acara ini.")},
    )

    def __init__(self, data: "QueryDict | None" = None, *, event: Event) -> None:
        super().__init__(data)
        people = self.fields["peserta"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = present_at(event)
        month = periods.first_of_month(timezone.localdate(event.starts_at))
        self._period = Period(month, month)
        self.has_people = people.queryset.exists()

    @property
    def period(self) -> Period:
        return self._period

    @property
    def details(self) -> dict[str, Any]:
        person = self.cleaned_data["peserta"]
        return {"attendees": [person.pk]} if person else {}


def present_at(event: Event) -> "QuerySet[Attendee]":
    """Whoever was there and whose name is known."""
    return event.attendees.filter(attended_at__isnull=False).exclude(name="").order_by("name", "pk")


def form_about(
    kind: DocumentKind, data: "QueryDict | None", *, user: "User", subject: "Subject"
) -> AboutForm:
    if kind == DocumentKind.IMPACT:
        return ImpactForm(data, user=user)
    if kind == DocumentKind.HANDOVER:
        assert isinstance(subject, Commitment)
        return HandoverForm(data, commitment=subject)
    if kind == DocumentKind.ATTENDANCE:
        assert isinstance(subject, Event)
        return AttendanceForm(data, event=subject)
    if kind == DocumentKind.PROPOSAL:
        assert isinstance(subject, Need)
        return ProposalForm(data) if user.role == Role.SUPPORTER else BudgetForm(data)
    return AnnexForm(data)


def _this_year() -> Period:
    """From January to the last month that is over; of last year, in January."""
    return Period.year_to(periods.add_months(periods.this_month(), -1))
