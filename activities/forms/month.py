"""What is filled in for a month as a whole: its visitors, and what a reviewer decides."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from tpbis.core.form_fields import (
    Paragraphs,
    WholeNumber,
    ask_by_name,
)

MOST_VISITS = 1_000_000  # in one month
_FIGURE = re.compile(r"\d{1,9}", re.ASCII)


class VisitsForm(forms.Form):
    """How many people came in the month; 0 is a figure, blank is not."""

    men = WholeNumber(label=gettext_lazy("Laki-laki"), max_value=MOST_VISITS)
    women = WholeNumber(label=gettext_lazy("Perempuan"), max_value=MOST_VISITS)
    # The figures that stand in the form, so that others that came meanwhile are not written over.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)

    @classmethod
    def of(cls, men: int | None, women: int | None) -> "VisitsForm":
        """With what was entered so far."""
        return cls(initial={"men": men, "women": women, "seen": _as_seen(men, women)})

    @property
    def content(self) -> dict[str, int]:
        return {"men": self.cleaned_data["men"], "women": self.cleaned_data["women"]}

    @property
    def figures_seen(self) -> tuple[int | None, int | None] | None:
        """Men and women as they were shown; ``None`` where the form does not say."""
        if "seen" not in self.data:
            return None
        men, _dash, women = self.cleaned_data["seen"].partition("-")
        both = [int(part) for part in (men, women) if _FIGURE.fullmatch(part)]
        return (both[0], both[1]) if len(both) == 2 else (None, None)

    def stands_beside(self, men: int | None, women: int | None, text: str) -> None:
        """What was typed is kept beside what was saved meanwhile: sent again, it is meant."""
        self.add_error(None, text)
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        self.data["seen"] = _as_seen(men, women)


def _as_seen(men: int | None, women: int | None) -> str:
    return "" if men is None or women is None else f"{men}-{women}"


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
