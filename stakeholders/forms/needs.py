from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.enums import Theme
from libraries.models import Region
from stakeholders.enums import NeedState, PartnershipKind, Urgency
from stakeholders.models import Need
from stakeholders.services.needs import PRIORITIES, Lack
from stakeholders.services.partnerships import MOST_RUPIAH
from tpbis.core.form_fields import Paragraphs, Rupiah, TextLine, WholeNumber, ask_by_name

if TYPE_CHECKING:
    from stakeholders.querysets import NeedQuerySet

MOST_COUNTED = 1_000_000


class AmountForm(forms.Form):
    """Money, or a number of something."""

    quantity = WholeNumber(label=gettext_lazy("Jumlah"), max_value=MOST_COUNTED, required=False)
    unit = TextLine(
        label=gettext_lazy("Satuan"),
        max_length=40,
        required=False,
        needed=gettext_lazy("wajib bila jumlahnya diisi"),
        help_text=gettext_lazy("Misalnya: buku, rak, narasumber."),
    )
    rupiah = Rupiah(
        label=gettext_lazy("Nilai (Rp)"),
        max_value=MOST_RUPIAH,
        required=False,
        needed=gettext_lazy("wajib untuk dana"),
        help_text=gettext_lazy("Misalnya Rp1.500.000. Untuk barang: nilainya bila diketahui."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class NeedForm(AmountForm):
    title = TextLine(
        label=gettext_lazy("Yang dibutuhkan"),
        max_length=150,
        help_text=gettext_lazy("Misalnya: Mesin jahit untuk kelompok ibu."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Bentuk dukungan"),
        choices=PartnershipKind.choices,
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(label=gettext_lazy("Bidang"), choices=Theme.choices)
    why = Paragraphs(
        label=gettext_lazy("Mengapa dibutuhkan"),
        max_length=1_000,
        help_text=gettext_lazy("Ceritakan keadaannya sekarang dan apa yang berubah nanti."),
    )
    people = WholeNumber(
        label=gettext_lazy("Orang yang terbantu"), max_value=MOST_COUNTED, required=False
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Kapan dibutuhkan"),
        choices=Urgency.choices,
        initial=Urgency.NORMAL,
        widget=forms.RadioSelect,
    )
    photo = forms.FileField(
        label=gettext_lazy("Foto keadaan sekarang"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=gettext_lazy("JPEG atau PNG, paling besar 5 MB. Tanpa wajah anak-anak."),
    )
    without_photo = forms.BooleanField(
        label=gettext_lazy("Hapus foto yang tersimpan"), required=False
    )

    @classmethod
    def of(cls, need: Need) -> "NeedForm":
        """As it stands now."""
        names = [name for name in cls.base_fields if name not in ("photo", "without_photo")]
        return cls(initial={name: getattr(need, name) for name in names})

    @property
    def lack(self) -> Lack:
        given = self.cleaned_data
        return Lack(
            theme=given["theme"],
            kind=PartnershipKind(given["kind"]),
            title=given["title"],
            why=given["why"],
            quantity=given["quantity"],
            unit=given["unit"],
            rupiah=given["rupiah"],
            people=given["people"],
            urgency=Urgency(given["urgency"]),
        )


class ReasonForm(forms.Form):
    """Why something comes to nothing; those whom it concerns read it."""

    reason = TextLine(label=gettext_lazy("Alasan"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Prioritas"),
        choices=[
            ("", gettext_lazy("Tanpa prioritas")),
            *((str(number), str(number)) for number in PRIORITIES),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("1 paling dulu, 5 paling akhir."),
    )


class NeedChoice(forms.Form):
    """What a list of needs is narrowed by; always given needs that may be seen."""

    cari = TextLine(label=gettext_lazy("Cari"), max_length=100, required=False)
    keadaan = forms.ChoiceField(label=gettext_lazy("Keadaan"), required=False)
    bidang = forms.ChoiceField(label=gettext_lazy("Bidang"), required=False)
    bentuk = forms.ChoiceField(label=gettext_lazy("Bentuk"), required=False)
    wilayah = forms.ModelChoiceField(
        label=gettext_lazy("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
    )
    mendesak = forms.ChoiceField(label=gettext_lazy("Kapan"), required=False)
    prioritas = forms.ChoiceField(label=gettext_lazy("Prioritas"), required=False)

    def __init__(self, *args: Any, needs: "NeedQuerySet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = needs
        self._offer("keadaan", NeedState.choices)
        self._offer("bidang", Theme.choices)
        self._offer("bentuk", PartnershipKind.choices)
        self._offer("mendesak", Urgency.choices)
        self._offer("prioritas", [(str(number), str(number)) for number in PRIORITIES])
        region = self.fields["wilayah"]
        assert isinstance(region, forms.ModelChoiceField)
        region.queryset = Region.objects.filter(pk__in=needs.order_by().values("region")).order_by(
            "code"
        )
        region.error_messages["invalid_choice"] = _("Pilih wilayah yang ada di daftar.")
        region.empty_label = _("Semua")

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Semua")), *choices]
        field.error_messages["invalid_choice"] = _("Pilih yang ada di daftar.")

    @property
    def found(self) -> "NeedQuerySet":
        """None where something was asked for that is not on the lists."""
        if not self.is_valid():
            return self.needs.none()
        asked, found = self.cleaned_data, self.needs
        for name, field in (
            ("keadaan", "state"),
            ("bidang", "theme"),
            ("bentuk", "kind"),
            ("mendesak", "urgency"),
            ("prioritas", "priority"),
        ):
            if asked[name]:
                found = found.filter(**{field: asked[name]})
        if asked["wilayah"]:
            found = found.within(asked["wilayah"])
        for word in asked["cari"].split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(library__name__icontains=word))
        return found

    @property
    def is_narrowed(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())
