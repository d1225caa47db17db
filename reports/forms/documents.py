"""What is to be printed, which of it is looked at, signed, and made every month."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries import queries as people
from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import Library, Region
from reports.documents.briefs import MOST_LETTERS
from reports.enums import DocumentKind, DocumentState, Lately, Span
from reports.filters import offered_years
from reports.permissions import can_request
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.periods import BadPeriod, Period

if TYPE_CHECKING:
    from django.http import QueryDict

    from reports.querysets import DocumentQuerySet

_KINDS = [(kind, label) for kind, label in DocumentKind.choices if kind != DocumentKind.LETTERS]


def _section(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MOST_LETTERS,
        error_messages={
            "max_length": _("Paling banyak 5.000 huruf; ini %(show_value)d. Ringkas dahulu.")
        },
    )


class DocumentForm(forms.Form):
    """Of which region or library and which months the progress report is to be, beside what, of
    which libraries, and what its maker wants to say in it."""

    region = forms.ModelChoiceField(
        label=_("Wilayah"), queryset=Region.objects.none(), to_field_name="code", empty_label=None
    )
    perpustakaan = forms.ModelChoiceField(
        label=_("Perpustakaan"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=None,
        error_messages={"invalid_choice": _("Pilih perpustakaan yang ada di daftar.")},
    )
    dari = forms.ChoiceField(label=_("Dari"))
    sampai = forms.ChoiceField(label=_("Sampai"))
    bandingkan = forms.ChoiceField(
        label=_("Dibandingkan dengan"),
        required=False,
        choices=[
            ("", _("Yang lazim")),
            ("sebelumnya", _("Bulan-bulan tepat sebelumnya")),
            ("tahun-lalu", _("Bulan yang sama tahun lalu")),
        ],
    )
    jenis = forms.ChoiceField(
        label=_("Jenis"), required=False, choices=[("", _("Semua")), *LibraryKind.choices]
    )
    sumber = forms.ChoiceField(
        label=_("Sumber program"),
        required=False,
        choices=[("", _("Semua")), *ProgrammeSource.choices],
    )
    tahun = forms.ChoiceField(label=_("Tahun bergabung"), required=False)
    tanda = forms.CharField(label=_("Tanda program"), required=False, max_length=60)
    letter_number = forms.CharField(label=_("Nomor"), required=False, max_length=80)
    letter_nature = forms.CharField(label=_("Sifat"), required=False, max_length=40)
    letter_attachment = forms.CharField(label=_("Lampiran"), required=False, max_length=80)
    letter_subject = forms.CharField(label=_("Hal"), required=False, max_length=200)
    letter_recipient = forms.CharField(label=_("Kepada Yth."), required=False, max_length=160)
    obstacles = _section(_("Permasalahan"))
    follow_up = _section(_("Tindak lanjut"))
    judul_1 = forms.CharField(label=_("Judul bab tambahan"), required=False, max_length=120)
    isi_1 = _section(_("Isi bab tambahan"))
    judul_2 = forms.CharField(label=_("Judul bab tambahan kedua"), required=False, max_length=120)
    isi_2 = _section(_("Isi bab tambahan kedua"))

    WHICH = ("region", "perpustakaan", "dari", "sampai", "bandingkan")
    NARROWING = ("jenis", "sumber", "tahun", "tanda")
    LETTER = ("number", "nature", "attachment", "subject", "recipient")
    OWN = (1, 2)

    def __init__(
        self,
        data: "QueryDict | None" = None,
        *,
        user: "User",
        period: Period,
        asked: Mapping[str, str] | None = None,
    ) -> None:
        """``asked`` is what the address says: it opens on that."""
        asked = asked or {}
        initial = {
            **{name: asked.get(name, "") for name in ("region", "bandingkan", *self.NARROWING)},
            "perpustakaan": asked.get("perpustakaan", ""),
            "dari": periods.month_code(period.start),
            "sampai": periods.month_code(period.end),
        }
        super().__init__(data, initial=initial)
        regions = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
        self._offer("region", regions.order_by("code"))
        self._offer("perpustakaan", Library.objects.visible_to(user).order_by("name"))
        about = (data or asked).get("perpustakaan", "")
        if user.role == Role.LIBRARIAN:
            del self.fields["region"]
            self.fields["perpustakaan"].required = True
        elif about:
            self.fields["perpustakaan"].widget = forms.HiddenInput()
            del self.fields["region"]
        else:
            del self.fields["perpustakaan"]
        if "region" not in self.fields:  # a single library is not narrowed
            for name in self.NARROWING:
                del self.fields[name]
        else:
            self._choose_from("tahun", [("", _("Semua")), *offered_years()])
        months = list(months_offered())
        for name in ("dari", "sampai"):
            self._choose_from(name, months)

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def _choose_from(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "dari" in cleaned and "sampai" in cleaned:
            try:
                cleaned["period"] = Period.parse(cleaned["dari"], cleaned["sampai"])
            except BadPeriod as bad:
                self.add_error("dari", str(bad))
        for number in self.OWN:
            title, text = cleaned.get(f"judul_{number}"), cleaned.get(f"isi_{number}")
            if title and text == "":
                self.add_error(f"isi_{number}", _("Tulis isinya, atau kosongkan judulnya."))
            if text and title == "":
                self.add_error(f"judul_{number}", _("Beri judul, atau kosongkan isinya."))
        return cleaned

    # What the page groups.

    def which(self) -> list[forms.BoundField]:
        return self._bound(self.WHICH)

    def narrowing(self) -> list[forms.BoundField]:
        return self._bound(self.NARROWING)

    def letter(self) -> list[forms.BoundField]:
        return self._bound(f"letter_{name}" for name in self.LETTER)

    def words(self) -> list[forms.BoundField]:
        own = [name for number in self.OWN for name in (f"judul_{number}", f"isi_{number}")]
        return self._bound(["obstacles", "follow_up", *own])

    def _bound(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def opens_narrowing(self) -> bool:
        return any(field.value() or field.errors for field in self.narrowing())

    @property
    def opens_words(self) -> bool:
        return any(field.value() or field.errors for field in [*self.letter(), *self.words()])

    # What is asked for, as it is kept with the document.

    @property
    def narrowed_by(self) -> dict[str, str]:
        said = {name: self.cleaned_data.get(name) for name in self.NARROWING}
        return {name: value for name, value in said.items() if value}

    @property
    def details(self) -> dict[str, Any]:
        said = self.cleaned_data
        letter = {name: said[f"letter_{name}"] for name in self.LETTER if said[f"letter_{name}"]}
        own = [
            {"title": said[f"judul_{number}"], "text": said[f"isi_{number}"]}
            for number in self.OWN
            if said[f"judul_{number}"]
        ]
        found = {
            "before": said["bandingkan"],
            "letter": letter,
            "obstacles": said["obstacles"],
            "follow_up": said["follow_up"],
            "more": own,
        }
        return {name: value for name, value in found.items() if value}


class ShelfChoice(forms.Form):
    """Which documents of the shelf are listed."""

    macam = forms.ChoiceField(
        label=_("Jenis dokumen"), required=False, choices=[("", _("Semua")), *_KINDS]
    )
    wilayah = forms.ModelChoiceField(
        label=_("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("Semua"),
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Semua")), *DocumentState.choices]
    )

    kapan = forms.ChoiceField(
        label=_("Belakangan ini"), required=False, choices=[("", _("Kapan saja")), *Lately.choices]
    )

    def __init__(self, data: "QueryDict", *, user: "User") -> None:
        super().__init__(data)
        regions = self.fields["wilayah"]
        assert isinstance(regions, forms.ModelChoiceField)
        visible = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
        regions.queryset = visible.order_by("code")

    def documents(self, shelf: "DocumentQuerySet") -> "DocumentQuerySet":
        """What is not understood narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else {}
        if kind := asked.get("macam"):
            shelf = shelf.filter(kind=kind)
        if region := asked.get("wilayah"):
            shelf = shelf.filter(region=region)
        if state := asked.get("status"):
            shelf = shelf.filter(state=state)
        if lately := asked.get("kapan"):
            shelf = shelf.lately(Lately(lately), timezone.localdate())
        return shelf


class SignedCopyForm(forms.Form):
    """The signed scan, or the file signed electronically; what it is, is judged by the service."""

    berkas = forms.FileField(
        label=_("Berkas bertanda tangan"),
        help_text=_("PDF, JPEG, atau PNG. Paling besar 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        allow_empty_file=True,  # has a sentence of its own
        error_messages={"required": _("Pilih berkasnya."), "invalid": _("Pilih berkasnya.")},
    )
    keterangan = forms.CharField(label=_("Keterangan"), required=False, max_length=200)


class _People(forms.ModelMultipleChoiceField):
    def label_from_instance(self, user: User) -> str:
        return f"{user.full_name} ({user.get_role_display()})"


class ScheduleForm(forms.Form):
    """Which report makes itself, on which day of the month, and whom it is told to."""

    region = forms.ModelMultipleChoiceField(
        label=_("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Boleh beberapa: tiap wilayah mendapat laporannya sendiri."),
    )
    span = forms.ChoiceField(label=_("Rentang"), choices=Span.choices)
    day = forms.IntegerField(
        label=_("Tanggal"), min_value=1, max_value=28, help_text=_("1 sampai 28, setiap bulan.")
    )
    told = _People(
        label=_("Diberi tahu"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Mendapat pesan dan surel berisi tautan, tanpa berkas."),
    )

    def __init__(self, data: "QueryDict | None" = None, *, user: "User", region: str = "") -> None:
        super().__init__(data, initial={"day": 16, "told": [user.pk]})
        regions, told = self.fields["region"], self.fields["told"]
        assert isinstance(regions, forms.ModelMultipleChoiceField)
        assert isinstance(told, forms.ModelMultipleChoiceField)
        visible = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
        regions.queryset = visible.order_by("code")
        codes = [region] if region else list(visible.values_list("code", flat=True)[:2])
        if len(codes) == 1:
            regions.initial = codes
        told.queryset = _readers(user)

    def clean(self) -> dict[str, Any]:
        """Each of them reads the regions; else they would be told of what they may not see."""
        cleaned = super().clean() or {}
        regions, told = cleaned.get("region") or (), cleaned.get("told") or ()
        without = [
            f"{one.full_name} ({region.title})"
            for region in regions
            for one in told
            if not can_request(one, region)
        ]
        if without:
            self.add_error("told", _("Tidak bertugas di wilayah itu: %s.") % ", ".join(without))
        return cleaned


def _readers(user: "User") -> "QuerySet[User]":
    """Oneself, and those of one's own places who read the figures of regions."""
    roles = [Role.PROVINCE_STAFF, Role.PROVINCE_VIEWER, Role.REGENCY_PIC, Role.FACILITATOR]
    known = people.people_of(user).filter(is_active=True, role__in=roles)
    return User.objects.filter(Q(pk__in=known.values("pk")) | Q(pk=user.pk)).order_by("full_name")


def months_offered() -> Iterator[tuple[str, list[tuple[str, str]]]]:
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
