"""What is asked about a program before it gets a token."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from libraries.enums import Level
from libraries.models import Region
from libraries.services.tokens import LONGEST_TOKEN
from tpbis.accounts.enums import TokenRight
from tpbis.core.form_fields import Day, TextLine, ask_by_name

if TYPE_CHECKING:
    from tpbis.accounts.models import User


class TokenForm(forms.Form):
    name = TextLine(
        label=gettext_lazy("Nama program"),
        max_length=100,
        help_text=gettext_lazy("Misalnya: Dasbor Bappeda Jawa Timur."),
    )
    purpose = TextLine(
        label=gettext_lazy("Tujuan"),
        max_length=300,
        help_text=gettext_lazy("Untuk apa datanya dipakai, dan siapa yang bertanggung jawab."),
    )
    region = forms.ModelChoiceField(
        label=gettext_lazy("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("Pilih wilayah"),
        error_messages={"invalid_choice": gettext_lazy("Pilih wilayah yang ada di daftar.")},
    )
    right = forms.ChoiceField(
        label=gettext_lazy("Hak"),
        choices=[(TokenRight.READ.value, TokenRight.READ.label)],  # the API only reads so far
        initial=TokenRight.READ,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Pilih hak yang ada di daftar.")},
    )
    last_day = Day(
        label=gettext_lazy("Berlaku sampai"),
        help_text=gettext_lazy("Hari terakhir. Paling lama satu tahun."),
    )

    def __init__(self, *args: Any, by: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region, last_day = self.fields["region"], self.fields["last_day"]
        assert isinstance(region, forms.ModelChoiceField)
        assert isinstance(last_day, Day)
        places = Region.objects.visible_to(by).filter(level__lte=Level.REGENCY)
        region.queryset = places.order_by("level", "name", "code")
        today = timezone.localdate()
        last_day.offer(today, today + LONGEST_TOKEN)
        ask_by_name(self)
