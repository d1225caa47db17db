from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.enums import LeadingKpi
from reports.models import ProvinceSettings
from tpbis.core.form_fields import Paragraphs

if TYPE_CHECKING:
    from django.http import QueryDict


class ProvinceForm(forms.Form):
    """What a province decides about its pages."""

    leading_kpi = forms.ChoiceField(
        label=_("KPI di kepala halaman"),
        choices=LeadingKpi.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Yang dipilih tampil paling atas di ringkasan setiap wilayah. Keduanya tidak pernah "
            "dijumlahkan."
        ),
        error_messages={
            "required": _("Pilih KPI yang tampil paling atas."),
            "invalid_choice": _("Pilih salah satu KPI yang ada di sini."),
        },
    )
    public_page = forms.BooleanField(
        label=_("Buka halaman publik"),
        required=False,
        help_text=_(
            "Siapa pun bisa membaca jumlah, peta, dan cerita yang disetujui untuk terbit. Tidak "
            "ada data pribadi di sana."
        ),
    )
    public_intro = Paragraphs(
        label=_("Pengantar halaman publik"),
        required=False,
        max_length=1000,
        help_text=_("Satu atau dua kalimat di atas angka. Teks biasa, paling banyak 1.000 huruf."),
    )

    def __init__(self, data: "QueryDict | None" = None, *, settings: ProvinceSettings) -> None:
        super().__init__(data, initial=filled_from(settings))


def filled_from(settings: ProvinceSettings) -> dict[str, object]:
    return {
        "leading_kpi": settings.leading_kpi,
        "public_page": settings.public_page,
        "public_intro": settings.public_intro,
    }
