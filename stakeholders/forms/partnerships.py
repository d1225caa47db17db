from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.enums import Level
from libraries.models import Library, Region
from stakeholders.enums import PartnershipKind, PartnershipState
from stakeholders.models import Partnership
from stakeholders.services import MOST_RUPIAH, Terms
from tpbis.core.form_fields import Day, Rupiah, TextLine, WholeNumber, ask_by_name

if TYPE_CHECKING:
    from django.http import QueryDict

    from stakeholders.querysets import PartnershipQuerySet
    from tpbis.accounts.models import User

EARLIEST = date(2000, 1, 1)
YEARS_AHEAD = 10  # no agreement with a village library runs longer


class PartnershipForm(forms.Form):
    """Who supports the library or region, with what, from when until when, and what was agreed."""

    organisation_name = TextLine(
        label=gettext_lazy("Nama lembaga"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "lembaga", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Misalnya: PKK Desa Labruk Kidul. Pilih dari daftar bila sudah ada."
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Bentuk dukungan"),
        choices=PartnershipKind.choices,
        widget=forms.RadioSelect,
    )
    starts_on = Day(
        label=gettext_lazy("Mulai"), help_text=gettext_lazy("Hari pertama dukungan berlaku.")
    )
    ends_on = Day(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila belum ada tanggal akhirnya."),
    )
    agreement_number = TextLine(label=gettext_lazy("Nomor MoU/PKS"), max_length=100, required=False)
    agreement = forms.FileField(
        label=gettext_lazy("Berkas MoU/PKS"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG, atau PNG, paling besar 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        allow_empty_file=True,  # has a sentence of its own
    )
    promised_rupiah = Rupiah(
        label=gettext_lazy("Dijanjikan (Rp)"),
        max_value=MOST_RUPIAH,
        required=False,
        help_text=gettext_lazy("Misalnya Rp1.500.000. Yang datang dicatat sebagai dukungan."),
    )
    promised_quantity = WholeNumber(
        label=gettext_lazy("Jumlah dijanjikan"), max_value=1_000_000, required=False
    )
    promised_unit = TextLine(
        label=gettext_lazy("Satuan"),
        max_length=40,
        required=False,
        needed=gettext_lazy("wajib bila jumlahnya diisi"),
        help_text=gettext_lazy("Misalnya: buku, rak, narasumber."),
    )
    note = TextLine(label=gettext_lazy("Catatan"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.latest = date(today.year + YEARS_AHEAD, 12, 31)
        for name in ("starts_on", "ends_on"):
            field = self.fields[name]
            assert isinstance(field, Day)
            field.offer(EARLIEST, self.latest)
        ask_by_name(self)

    @classmethod
    def of(cls, partnership: Partnership) -> "PartnershipForm":
        """As it is written down now."""
        said = {name: getattr(partnership, name, None) for name in cls.base_fields}
        return cls(initial={**said, "organisation_name": partnership.organisation.name})

    @property
    def said(self) -> dict[str, Any]:
        """As the services take it."""
        given = self.cleaned_data
        return {
            "organisation_name": given["organisation_name"],
            "kind": PartnershipKind(given["kind"]),
            "starts_on": given["starts_on"],
            "ends_on": given["ends_on"],
            "agreement": given["agreement"],
            "terms": Terms(**{name: given[name] for name in Terms.__dataclass_fields__}),
        }

    def clean_starts_on(self) -> date:
        return self._within_reason(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        return self._within_reason(day) if day else None

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Tanggal akhir tidak bisa sebelum tanggal mulai."))
        return cleaned

    def _within_reason(self, day: date) -> date:
        if EARLIEST <= day <= self.latest:
            return day
        raise ValidationError(
            _("Pilih tanggal antara %(first)s dan %(last)s.")
            % {
                "first": date_format(EARLIEST, "j F Y"),
                "last": date_format(self.latest, "j F Y"),
            }
        )


class EndPartnershipForm(forms.Form):
    ends_on = Day(label=gettext_lazy("Hari terakhir"))
    reason = TextLine(label=gettext_lazy("Alasan"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class PartnershipChoice(forms.Form):
    """Which partnerships a list shows; every choice is in the address."""

    cari = forms.CharField(label=gettext_lazy("Nama lembaga"), required=False, max_length=200)
    keadaan = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        required=False,
        choices=[("", gettext_lazy("Semua")), *PartnershipState.choices],
    )
    bentuk = forms.ChoiceField(
        label=gettext_lazy("Bentuk dukungan"),
        required=False,
        choices=[("", gettext_lazy("Semua")), *PartnershipKind.choices],
    )
    wilayah = forms.ChoiceField(label=gettext_lazy("Wilayah"), required=False)

    def __init__(self, data: "QueryDict", *, user: "User") -> None:
        super().__init__(data)
        regions = Region.objects.visible_to(user).filter(level__lte=Level.REGENCY)
        self.regions = {one.code: one for one in regions.order_by("code")}
        choices = [(code, one.title) for code, one in self.regions.items()]
        wilayah = self.fields["wilayah"]
        assert isinstance(wilayah, forms.ChoiceField)
        wilayah.choices = [("", gettext_lazy("Semua")), *choices]
        if len(choices) < 2:
            wilayah.widget = forms.HiddenInput()

    def narrowed(self, partnerships: "PartnershipQuerySet", seen: Any) -> "PartnershipQuerySet":
        """``seen``: the organisations among which a name is looked for. None where a choice is not
        understood."""
        if not self.is_valid():
            return partnerships.none()
        asked = self.cleaned_data
        if asked["cari"].strip():
            partnerships = partnerships.filter(organisation__in=seen.called(asked["cari"]))
        if asked["keadaan"]:
            partnerships = partnerships.in_state(asked["keadaan"], on=timezone.localdate())
        if asked["bentuk"]:
            partnerships = partnerships.filter(kind=asked["bentuk"])
        if asked["wilayah"]:
            region = self.regions[asked["wilayah"]]
            partnerships = partnerships.within(region, Library.objects.within(region.code))
        return partnerships
