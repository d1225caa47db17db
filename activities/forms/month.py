"""What is filled in for a month as a whole: its visitors, and what a reviewer decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from activities.enums import (
    ReturnReason,
)
from activities.forms.entry import CHOOSE
from tpbis.core.form_fields import (
    Paragraphs,
    WholeNumber,
    ask_by_name,
)

MOST_VISITS = 1_000_000  # in one month


class VisitsForm(forms.Form):
    """How many people came in the month; 0 is a figure, blank is not."""

    men = WholeNumber(label=gettext_lazy("Laki-laki"), max_value=MOST_VISITS)
    women = WholeNumber(label=gettext_lazy("Perempuan"), max_value=MOST_VISITS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class ReturnForm(forms.Form):
    """Why a report goes back: a reason to count, and words to understand."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Alasan"), choices=[*CHOOSE, *ReturnReason.choices]
    )
    comment = Paragraphs(
        label=gettext_lazy("Penjelasan untuk pengelola"),
        max_length=2000,
        help_text=gettext_lazy("Sebut catatan mana dan apa yang perlu diperbaiki."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class ReopenForm(forms.Form):
    """Why a sealed report is opened again."""

    comment = Paragraphs(
        label=gettext_lazy("Alasan membuka kembali"),
        max_length=2000,
        help_text=gettext_lazy(
            "Pengelola membaca ini. Misalnya: jumlah peserta 12 Oktober keliru."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)
