"""Certificates: which are listed, for what they are issued, why one is withdrawn."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from kpi.models import Closing
from libraries.enums import Level
from libraries.models import Region
from tpbis.core import periods
from tpbis.core.form_fields import Paragraphs, TextLine, ask_by_name

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import User


class IssueForm(forms.Form):
    """Of which closed month, and of which province or regency."""

    tutup = forms.ChoiceField(
        label=_("Penutupan"),
        error_messages={"invalid_choice": _("Bulan ini belum ditutup. Pilih yang ada di daftar.")},
    )
    wilayah = forms.ModelChoiceField(
        label=_("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _("Pilih wilayah yang ada di daftar.")},
    )

    def __init__(
        self, data: "QueryDict | None" = None, *, user: "User", closings: Sequence[Closing]
    ) -> None:
        """``closings``: those there is something to issue for, the newest first."""
        super().__init__(data)
        self.closings = {periods.month_code(one.through): one for one in closings}
        month = self.fields["tutup"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = [
            (code, periods.written(one.through)) for code, one in self.closings.items()
        ]
        regions = self.fields["wilayah"]
        assert isinstance(regions, forms.ModelChoiceField)
        regions.queryset = (
            Region.objects.visible_to(user).filter(level__lte=Level.REGENCY).order_by("code")
        )
        ask_by_name(self)

    @property
    def closing(self) -> Closing:
        return self.closings[self.cleaned_data["tutup"]]


class WithdrawForm(forms.Form):
    """Why a certificate counts no more; whoever asks by its code is not told."""

    reason = Paragraphs(label=_("Alasan pencabutan"), max_length=300)

    def __init__(self, data: "QueryDict | None" = None) -> None:
        super().__init__(data)
        ask_by_name(self)


class VerifyForm(forms.Form):
    """The code of a certificate, typed by whoever cannot scan it."""

    kode = TextLine(
        label=_("Kode piagam"),
        max_length=40,
        help_text=_("16 huruf dan angka di bawah kode QR, misalnya 7KQ2-M94X-TB05-9ZCD."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, data: "QueryDict | dict[str, str] | None" = None) -> None:
        super().__init__(data)
        ask_by_name(self)
