from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from libraries import queries as people
from libraries.enums import Level, SimState
from libraries.models import Activation, Library, Region, SimAccount
from libraries.querysets import LibraryQuerySet
from reports.enums import LetterState, Stage
from tpbis.core import periods
from tpbis.core.periods import BadPeriod, Period

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import User


class DocumentForm(forms.Form):
    """Of which region and which months the progress report is to be."""

    region = forms.ModelChoiceField(
        label=_("Wilayah"), queryset=Region.objects.none(), to_field_name="code", empty_label=None
    )
    dari = forms.ChoiceField(label=_("Dari"))
    sampai = forms.ChoiceField(label=_("Sampai"))

    def __init__(
        self, data: "QueryDict | None" = None, *, user: "User", period: Period, region: str = ""
    ) -> None:
        initial = {
            "region": region,
            "dari": periods.month_code(period.start),
            "sampai": periods.month_code(period.end),
        }
        super().__init__(data, initial=initial)
        regions = self.fields["region"]
        assert isinstance(regions, forms.ModelChoiceField)
        regions.queryset = (
            Region.objects.visible_to(user).filter(level__lte=Level.REGENCY).order_by("code")
        )
        months = list(_months())
        for name in ("dari", "sampai"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = months

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "dari" in cleaned and "sampai" in cleaned:
            try:
                cleaned["period"] = Period.parse(cleaned["dari"], cleaned["sampai"])
            except BadPeriod as bad:
                self.add_error("dari", str(bad))
        return cleaned


def _months() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The months there are, by year, the newest year first."""
    this_month = periods.this_month()
    first = periods.parse_month(settings.TPBIS_FIRST_MONTH)
    for year in range(this_month.year, first.year - 1, -1):
        begin, end = max(first, date(year, 1, 1)), min(this_month, date(year, 12, 1))
        yield (
            str(year),
            [
                (periods.month_code(m), periods.written(m))
                for m in periods.months_from_to(begin, end)
            ],
        )


# --- Who is let in, and how far they have come ----------------------------------------------------

_ALL = [("", _("Semua"))]


class _Narrowed(forms.Form):
    """Choices that an address holds; only what somebody may see can be chosen."""

    wilayah = forms.ModelChoiceField(
        label=_("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Semua"),
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )
    sim = forms.ChoiceField(label=_("Akun SIM"), choices=[*_ALL, *SimState.choices], required=False)

    def __init__(self, data: "QueryDict", *, user: "User") -> None:
        super().__init__(data)
        self.user = user
        regions = self.fields["wilayah"]
        assert isinstance(regions, forms.ModelChoiceField)
        regions.queryset = (
            Region.objects.visible_to(user).filter(level__lte=Level.DISTRICT).order_by("code")
        )

    @property
    def region(self) -> Region | None:
        return getattr(self, "cleaned_data", {}).get("wilayah")

    def within(self) -> LibraryQuerySet:
        """What may be seen of the chosen region."""
        libraries = Library.objects.visible_to(self.user)
        return libraries.within(self.region.code) if self.region else libraries


class LetterChoice(_Narrowed):
    """Partners whose librarian cannot sign in yet: for whom letters are printed."""

    LETTERS = (
        ("belum", _("Belum berlaku surat apa pun")),
        (LetterState.OPEN, _("Surat masih berlaku")),
    )
    cari = forms.CharField(label=_("Nama perpustakaan atau desa"), required=False, max_length=100)
    surat = forms.ChoiceField(label=_("Surat"), choices=[*_ALL, *LETTERS], required=False)
    perpustakaan = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def libraries(self) -> LibraryQuerySet:
        """Those the form asks for, each with ``has_letter`` and its state in the SIM."""
        on, asked = timezone.localdate(), self.cleaned_data
        partners = self.within().partners_on(on)
        partners = partners.exclude(pk__in=people.letters_barred(partners).order_by().values("pk"))
        latest = SimAccount.objects.latest_state(on)
        found = partners.annotate(
            has_letter=Exists(Activation.objects.valid().filter(library=OuterRef("pk"))),
            sim_state=Subquery(latest),
            sim_since=Subquery(latest.values("since_on")[:1]),
        )
        if asked["perpustakaan"]:
            found = found.filter(pk=asked["perpustakaan"])
        for word in asked["cari"].split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(region__name__icontains=word))
        if asked["surat"]:
            found = found.filter(has_letter=asked["surat"] == LetterState.OPEN)
        return _in_sim_state(found, asked["sim"])


def _in_sim_state(libraries: LibraryQuerySet, state: str) -> LibraryQuerySet:
    """Without a note a library was never proposed."""
    if not state:
        return libraries
    same = Q(sim_state=state)
    if state == SimState.NOT_PROPOSED:
        same |= Q(sim_state__isnull=True)
    return libraries.filter(same)


class FunnelChoice(_Narrowed):
    """A day, a region, and for the lists a stage."""

    per = forms.DateField(
        label=_("Keadaan per tanggal"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    tahap = forms.ChoiceField(
        label=_("Akun portal"), choices=[*_ALL, *Stage.choices], required=False
    )

    def clean_per(self) -> date:
        """The day that is meant; today where none is."""
        today = timezone.localdate()
        day: date = self.cleaned_data["per"] or today
        if not periods.parse_month(settings.TPBIS_FIRST_MONTH) <= day <= today:
            raise forms.ValidationError(gettext("Pilih tanggal antara awal program dan hari ini."))
        return day

    @property
    def on(self) -> date:
        day: date = getattr(self, "cleaned_data", {}).get("per") or timezone.localdate()
        return day


# --- Following up ---------------------------------------------------------------------------------


class FollowUpChoice(_Narrowed):
    """Whose months are looked at: a region, words of a name, only those who miss something."""

    sim = None  # type: ignore[assignment]
    cari = forms.CharField(
        label=_("Nama perpustakaan atau desa"), required=False, max_length=100, strip=True
    )
    bolong = forms.BooleanField(label=_("Hanya yang ada bulan bolong"), required=False)
    bulan = forms.CharField(label=_("Bulan"), required=False, max_length=7)

    def clean_bulan(self) -> date | None:
        written = self.cleaned_data["bulan"]
        if not written:
            return None
        try:
            return periods.parse_past_month(written)
        except BadPeriod as bad:
            raise forms.ValidationError(str(bad)) from None

    @property
    def month(self) -> date:
        """The one asked for; else the last that is over."""
        asked: date | None = getattr(self, "cleaned_data", {}).get("bulan")
        return asked or periods.add_months(periods.this_month(), -1)

    def within(self) -> LibraryQuerySet:
        """Those that take part today; a province by itself stands for its own library."""
        if self.region is not None and self.region.level == Level.PROVINCE:
            libraries = Library.objects.visible_to(self.user).filter(regency=self.region)
        else:
            libraries = super().within()
        words = getattr(self, "cleaned_data", {}).get("cari", "")
        return libraries.partners_on(timezone.localdate()).called(words)


class BoundariesForm(forms.Form):
    """A file of boundaries; what stands in it is judged by whoever draws it."""

    berkas = forms.FileField(
        label=_("Berkas GeoJSON"),
        help_text=_("Batas kabupaten/kota dengan properti “kode”. Paling besar 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
        allow_empty_file=True,  # has a sentence of its own
        error_messages={
            "required": _("Pilih berkasnya."),
            "missing": _("Pilih berkasnya."),
            "invalid": _("Pilih berkasnya."),
            "max_length": _("Nama berkasnya terlalu panjang."),
        },
    )

    def refuse(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.add_error("berkas", sentence)
