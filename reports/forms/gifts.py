"""Which gifts a list shows, beside its period, its region and its body."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tpbis.core import periods

if TYPE_CHECKING:
    from django.http import QueryDict

THIS_WEEK = "minggu"


class GiftChoice(forms.Form):
    dicatat = forms.ChoiceField(
        label=_("Dicatat"),
        required=False,
        choices=[("", _("Kapan saja")), (THIS_WEEK, _("Tujuh hari terakhir"))],
        error_messages={"invalid_choice": _("Pilih waktu pencatatan yang ada di daftar.")},
    )

    def __init__(self, data: "QueryDict") -> None:
        super().__init__(data)

    @property
    def since(self) -> date | None:
        """The first day on which what is listed was recorded."""
        asked = self.is_valid() and self.cleaned_data["dicatat"] == THIS_WEEK
        return timezone.localdate() - periods.WEEK if asked else None
