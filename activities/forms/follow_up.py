"""What is asked when a month is excused, a visit is noted or a reminder is sent."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.enums import ExcuseReason, MentoringWay
from libraries.models import Library
from tpbis.core.form_fields import Day, Paragraphs, ask_by_name

_LONGEST_MESSAGE = 2_000


class Words(Paragraphs):
    """Something that can be read, not only dots and blanks."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if text and not any(character.isalnum() for character in text):
            raise ValidationError(_("Tulis dengan huruf atau angka."))
        return text


class ExcuseForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Alasan"), choices=ExcuseReason.choices, widget=forms.RadioSelect
    )
    comment = Words(
        label=gettext_lazy("Penjelasan"),
        max_length=1_000,
        help_text=gettext_lazy("Misalnya: listrik padam dua minggu setelah banjir."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class MentoringForm(forms.Form):
    held_on = Day(label=gettext_lazy("Tanggal"))
    way = forms.ChoiceField(
        label=gettext_lazy("Cara"), choices=MentoringWay.choices, widget=forms.RadioSelect
    )
    notes = Words(
        label=gettext_lazy("Catatan"),
        max_length=2_000,
        help_text=gettext_lazy("Apa yang dibahas, apa yang berjalan baik, apa kendalanya."),
    )
    agreed_action = Words(
        label=gettext_lazy("Tindakan yang disepakati"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Misalnya: mengirim laporan Oktober, atau bertemu kepala desa."),
    )
    due_on = Day(label=gettext_lazy("Tenggat"), required=False)

    def __init__(self, *args: Any, library: Library, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs["initial"] = {"held_on": today, "way": MentoringWay.VISIT}
        super().__init__(*args, **kwargs)
        held_on = self.fields["held_on"]
        assert isinstance(held_on, Day)
        held_on.offer(library.joined_on, today)
        ask_by_name(self)


class MessageForm(forms.Form):
    """A reminder as somebody edited it; it is handed on, never stored."""

    text = Paragraphs(
        label=gettext_lazy("Pesan"),
        max_length=_LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 15}),
        help_text=gettext_lazy("Boleh diubah dulu supaya terasa dari Anda sendiri."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)
