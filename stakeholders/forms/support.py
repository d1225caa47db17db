from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from libraries.models import Library, Region
from stakeholders.enums import PartnershipKind
from stakeholders.models import Partnership, Support
from stakeholders.services import EARLIEST, MOST_RUPIAH, Gift
from tpbis.core.form_fields import Day, Rupiah, TextLine, WholeNumber, ask_by_name

MOST_COUNTED = 1_000_000


class SupportForm(forms.Form):
    """What an organisation gave, when; what must be there for which kind the service says."""

    organisation_name = TextLine(
        label=gettext_lazy("Nama lembaga"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "lembaga", "autocomplete": "off"}),
        help_text=gettext_lazy("Misalnya: Bank Jatim. Pilih dari daftar bila sudah ada."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Bentuk dukungan"),
        choices=PartnershipKind.choices,
        widget=forms.RadioSelect,
    )
    given_on = Day(
        label=gettext_lazy("Tanggal diterima"),
        help_text=gettext_lazy("Catat setelah dukungannya datang, bukan saat dijanjikan."),
    )
    description = TextLine(
        label=gettext_lazy("Uraian"),
        max_length=300,
        help_text=gettext_lazy("Misalnya: Buku bacaan anak, atau: Pelatihan menjahit dua hari."),
    )
    rupiah = Rupiah(
        label=gettext_lazy("Nilai (Rp)"),
        max_value=MOST_RUPIAH,
        required=False,
        needed=gettext_lazy("wajib untuk dana"),
        help_text=gettext_lazy("Misalnya Rp1.500.000. Untuk barang: nilainya bila diketahui."),
    )
    quantity = WholeNumber(
        label=gettext_lazy("Jumlah"),
        max_value=MOST_COUNTED,
        required=False,
        needed=gettext_lazy("wajib untuk barang dan narasumber"),
    )
    unit = TextLine(
        label=gettext_lazy("Satuan"),
        max_length=40,
        required=False,
        needed=gettext_lazy("wajib bila jumlahnya diisi"),
        help_text=gettext_lazy("Misalnya: buku, rak, narasumber."),
    )
    reached = WholeNumber(
        label=gettext_lazy("Orang yang terjangkau"),
        max_value=MOST_COUNTED,
        required=False,
        help_text=gettext_lazy("Misalnya peserta pelatihan. Kosongkan bila tidak dihitung."),
    )

    partnership = forms.ChoiceField(
        label=gettext_lazy("Bagian dari kemitraan"),
        required=False,
        help_text=gettext_lazy("Pilih bila dukungan ini memenuhi kemitraan yang tercatat."),
        error_messages={"invalid_choice": gettext_lazy("Pilih kemitraan yang ada di daftar.")},
    )

    def __init__(self, *args: Any, place: Library | Region | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnerships = _partnerships_with(place)
        partnership = self.fields["partnership"]
        assert isinstance(partnership, forms.ChoiceField)
        partnership.choices = [
            ("", gettext_lazy("Bukan bagian dari kemitraan")),
            *((pk, _named(one)) for pk, one in self.partnerships.items()),
        ]
        day = self.fields["given_on"]
        assert isinstance(day, Day)
        day.offer(EARLIEST, timezone.localdate())
        ask_by_name(self)

    @classmethod
    def of(cls, support: Support) -> "SupportForm":
        """As it is written down now."""
        said = {name: getattr(support, name) for name in cls.base_fields if hasattr(support, name)}
        said["partnership"] = support.partnership_id or ""
        return cls(
            initial={**said, "organisation_name": support.organisation.name},
            place=support.library or support.region,
        )

    @property
    def chosen_partnership(self) -> Partnership | None:
        return self.partnerships.get(self.cleaned_data["partnership"])

    @property
    def gift(self) -> Gift:
        given = self.cleaned_data
        return Gift(
            kind=PartnershipKind(given["kind"]),
            given_on=given["given_on"],
            description=given["description"],
            rupiah=given["rupiah"],
            quantity=given["quantity"],
            unit=given["unit"],
            reached=given["reached"],
        )


def _partnerships_with(place: Library | Region | None) -> dict[str, Partnership]:
    """Those that a gift to ``place`` may be part of, by their key."""
    found = Partnership.objects.for_list()
    if isinstance(place, Library):
        found = found.filter(library=place)
    else:
        found = found.filter(region=place) if place else found.none()
    return {str(one.pk): one for one in found}


def _named(one: Partnership) -> str:
    return gettext("%(organisation)s: %(kind)s sejak %(day)s") % {
        "organisation": one.organisation.name,
        "kind": one.get_kind_display(),
        "day": date_format(one.starts_on, "j F Y"),
    }
