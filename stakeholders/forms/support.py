from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from stakeholders.enums import PartnershipKind
from stakeholders.models import Support
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["given_on"]
        assert isinstance(day, Day)
        day.offer(EARLIEST, timezone.localdate())
        ask_by_name(self)

    @classmethod
    def of(cls, support: Support) -> "SupportForm":
        """As it is written down now."""
        said = {name: getattr(support, name) for name in cls.base_fields if hasattr(support, name)}
        return cls(initial={**said, "organisation_name": support.organisation.name})

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
