from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.forms.follow_up import Words
from kpi import queries as kpi
from kpi.enums import AwardDecision
from kpi.models import Closing
from libraries.models import Library
from reports.forms.choices import ALL, Narrowed
from tpbis.core import periods
from tpbis.core.form_fields import Day, ask_by_name

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import User

_COUNTS = [(str(count), str(count)) for count in range(1, kpi.MOST_CLOSINGS + 1)]
_NO_COUNT = {"invalid_choice": _("Pilih angka 1 sampai 12.")}
UNDECIDED = "belum"


class AwardChoice(Narrowed):
    """Of which closed month, where, and what a library must fulfil to be listed."""

    WITH_FLAGS = "boleh"
    FLAGS = (("", _("Tanpa tanda terbuka")), (WITH_FLAGS, _("Boleh bertanda")))
    DECISIONS = ((UNDECIDED, _("Belum diputuskan")), *AwardDecision.choices)

    sim = None  # type: ignore[assignment]
    tutup = forms.ChoiceField(
        label=_("Penutupan"),
        required=False,
        error_messages={"invalid_choice": _("Bulan ini belum ditutup. Pilih yang ada di daftar.")},
    )
    minimal = forms.ChoiceField(
        label=_("Hijau paling sedikit"),
        choices=_COUNTS,
        required=False,
        error_messages=_NO_COUNT,
    )
    dari = forms.ChoiceField(
        label=_("Dari penutupan"),
        choices=_COUNTS,
        required=False,
        error_messages=_NO_COUNT,
    )
    tanda = forms.ChoiceField(
        label=_("Tanda"),
        choices=FLAGS,
        required=False,
        error_messages={"invalid_choice": _("Pilih tanda yang ada di daftar.")},
    )
    keputusan = forms.ChoiceField(
        label=_("Keputusan"),
        choices=[*ALL, *DECISIONS],
        required=False,
        error_messages={"invalid_choice": _("Pilih keputusan yang ada di daftar.")},
    )

    def __init__(self, data: "QueryDict", *, user: "User", closings: Sequence[Closing]) -> None:
        """``closings``: the newest first; without a choice it is meant."""
        super().__init__(data, user=user)
        self.closings = {periods.month_code(one.through): one for one in closings}
        month = self.fields["tutup"]
        assert isinstance(month, forms.ChoiceField)
        month.choices = [
            (code, periods.written(one.through)) for code, one in self.closings.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        usual = kpi.AwardConditions()
        if {"minimal", "dari"} <= cleaned.keys():
            last = int(cleaned["dari"] or usual.last)
            least = int(cleaned["minimal"] or min(usual.least, last))
            if least > last:
                self.add_error(
                    "minimal",
                    gettext("Paling banyak %(last)s: sebanyak penutupan yang dilihat.")
                    % {"last": last},
                )
            cleaned["conditions"] = kpi.AwardConditions(
                least, last, flags_allowed=cleaned.get("tanda") == self.WITH_FLAGS
            )
        return cleaned

    @property
    def conditions(self) -> kpi.AwardConditions:
        found: kpi.AwardConditions = self.cleaned_data["conditions"]
        return found

    @property
    def closing(self) -> Closing | None:
        """The one asked for; else the newest there is."""
        asked = getattr(self, "cleaned_data", {}).get("tutup")
        newest = next(iter(self.closings.values()), None)
        return self.closings[asked] if asked else newest

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """What else the list is narrowed by."""
        choices = {"tanda": self.FLAGS, "keputusan": (*ALL, *self.DECISIONS)}
        return [
            (str(self.fields[name].label), str(dict(known)[self.cleaned_data[name]]))
            for name, known in choices.items()
        ]

    def decided(self, standing: kpi.AwardStanding) -> bool:
        """Whether ``standing`` is to be listed by what was decided about it."""
        decision = standing.award.decision if standing.award else UNDECIDED
        return self.cleaned_data["keputusan"] in ("", decision)


class _Keys(forms.TypedMultipleChoiceField):
    """Keys of rows that were ticked in a list."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdigit() and len(str(value)) < 19  # 64 bits


class AwardForm(forms.Form):
    """What was decided, when and why, about the libraries that are ticked."""

    libraries = _Keys(
        label=_("Perpustakaan"),
        coerce=int,
        error_messages={"invalid_choice": _("Pilih perpustakaan yang ada di daftar.")},
    )
    decision = forms.ChoiceField(
        label=_("Keputusan"), choices=AwardDecision.choices, widget=forms.RadioSelect
    )
    decided_on = Day(label=_("Tanggal"))
    note = Words(
        label=_("Catatan"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Dasarnya, misalnya nomor SK."),
    )

    def __init__(
        self,
        data: "QueryDict | None" = None,
        *,
        user: "User",
        closing: Closing,
        offered: Collection[int],
    ) -> None:
        """``offered``: the keys of the libraries in the list that was shown."""
        today = timezone.localdate()
        super().__init__(data, initial={"decided_on": today})
        self.user, self.closing, self.offered = user, closing, offered
        self._unticked: set[int] = set()
        day = self.fields["decided_on"]
        assert isinstance(day, Day)
        day.offer(timezone.localdate(closing.as_of), today)
        ask_by_name(self)
        self.fields["libraries"].error_messages["required"] = gettext(
            "Pilih paling sedikit satu perpustakaan."
        )

    def clean_libraries(self) -> list[int]:
        """What is not in the list is refused; why a library was not green, the service says."""
        chosen: list[int] = self.cleaned_data["libraries"]
        others = set(chosen) - set(self.offered)
        if others:
            visible = Library.objects.visible_to(self.user).filter(pk__in=others)
            if visible.count() != len(others):
                raise forms.ValidationError(gettext("Pilih perpustakaan yang ada di daftar."))
            green = visible.filter(pk__in=kpi.green_at(self.closing, visible)).order_by("name")
            if names := ", ".join(green.values_list("name", flat=True)):
                raise forms.ValidationError(
                    gettext("Tidak memenuhi syarat yang dipilih: %(names)s.") % {"names": names}
                )
        return chosen

    @property
    def ticked(self) -> set[int]:
        """As sent, whatever else was wrong."""
        sent = {str(one) for one in self["libraries"].value() or []}
        return {int(one) for one in sent if one.isascii() and one.isdigit()} - self._unticked

    def untick(self, libraries: set[int]) -> None:
        """Whoever was surprised by a decision ticks them anew before changing it."""
        self._unticked = libraries

    def seen(self) -> dict[int, str]:
        """The libraries chosen, each with the decision that stood there when it was ticked."""
        chosen: list[int] = self.cleaned_data["libraries"]
        return {pk: str(self.data.get(f"seen-{pk}", "")) for pk in chosen}
