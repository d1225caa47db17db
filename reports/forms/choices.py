"""Choices that an address holds: a region, a day, a stage, a month."""

from datetime import date
from typing import TYPE_CHECKING

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
from tpbis.core.periods import BadPeriod

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import User

ALL = [("", _("Semua"))]


class Narrowed(forms.Form):
    """Choices that an address holds; only what somebody may see can be chosen."""

    wilayah = forms.ModelChoiceField(
        label=_("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Semua"),
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )
    sim = forms.ChoiceField(label=_("Akun SIM"), choices=[*ALL, *SimState.choices], required=False)

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


class LetterChoice(Narrowed):
    """Partners whose librarian cannot sign in yet: for whom letters are printed."""

    LETTERS = (
        ("belum", _("Belum berlaku surat apa pun")),
        (LetterState.OPEN, _("Surat masih berlaku")),
    )
    cari = forms.CharField(label=_("Nama perpustakaan atau desa"), required=False, max_length=100)
    surat = forms.ChoiceField(label=_("Surat"), choices=[*ALL, *LETTERS], required=False)
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


class FunnelChoice(Narrowed):
    """A day, a region, and for the lists a stage."""

    per = forms.DateField(
        label=_("Keadaan per tanggal"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    tahap = forms.ChoiceField(
        label=_("Akun portal"), choices=[*ALL, *Stage.choices], required=False
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


class FollowUpChoice(Narrowed):
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
