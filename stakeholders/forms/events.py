"""What an event is asked: when, where, for whom; its minutes, its papers, what was agreed."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.enums import Level, Theme
from libraries.models import Region
from stakeholders.enums import ActionState, EventFileKind, EventKind, EventMode, SeatGroup
from stakeholders.figures.seats import STAKEHOLDER_MEETING
from stakeholders.models import ActionItem, Event, Organisation
from stakeholders.services.events import MOST_SEATS, Plan, Speaker
from tpbis.accounts.models import User
from tpbis.core import texts
from tpbis.core.form_fields import (
    Day,
    Paragraphs,
    TextLine,
    WebLink,
    WholeNumber,
    ask_by_name,
)

_MOST_SPEAKERS = 30
_NO_THEME = [("", gettext_lazy("Tanpa bidang")), *Theme.choices]


class Clock(forms.TimeField):
    """09.00 or 09:00."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        formats = ["%H:%M", "%H.%M", "%H:%M:%S"]
        super().__init__(**{"widget": widget, "input_formats": formats, **kwargs})
        self.error_messages["invalid"] = _("Tulis jamnya seperti 09.00.")


class EventForm(forms.Form):
    region = forms.ChoiceField(label=gettext_lazy("Wilayah"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis acara"),
        choices=EventKind.choices,
        help_text=gettext_lazy("SHM: bila kursi tidak diisi, berlaku kuota baku 30 kursi."),
    )
    title = TextLine(
        label=gettext_lazy("Judul"),
        max_length=200,
        help_text=gettext_lazy("Misalnya: Stakeholder Meeting Gelombang 2 Tahun 2026."),
    )
    series = TextLine(
        label=gettext_lazy("Seri"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "seri", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "Misalnya LARON JATIM. Tindak lanjut dari acara sebelumnya muncul lagi di sini."
        ),
    )
    number = WholeNumber(
        label=gettext_lazy("Nomor dalam seri"),
        max_value=9_999,
        required=False,
        help_text=gettext_lazy("Kosongkan untuk nomor berikutnya."),
    )
    wave = WholeNumber(label=gettext_lazy("Gelombang"), max_value=99, required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Bidang"), choices=_NO_THEME, required=False)
    starts_on = Day(label=gettext_lazy("Tanggal mulai"))
    starts_time = Clock(label=gettext_lazy("Jam mulai (WIB)"))
    ends_on = Day(
        label=gettext_lazy("Tanggal selesai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila selesai pada hari yang sama."),
    )
    ends_time = Clock(label=gettext_lazy("Jam selesai (WIB)"))
    mode = forms.ChoiceField(
        label=gettext_lazy("Cara"), choices=EventMode.choices, widget=forms.RadioSelect
    )
    place = TextLine(
        label=gettext_lazy("Tempat"),
        max_length=200,
        required=False,
        needed=gettext_lazy("wajib bila tatap muka"),
    )
    link = WebLink(
        label=gettext_lazy("Tautan pertemuan"),
        required=False,
        needed=gettext_lazy("wajib bila daring"),
    )
    about = Paragraphs(label=gettext_lazy("Uraian"), max_length=3_000, required=False)
    speakers = Paragraphs(
        label=gettext_lazy("Narasumber"),
        max_length=6_000,
        required=False,
        help_text=gettext_lazy(
            "Satu baris satu orang: nama; lembaga; topik. Misalnya: Dr. Sari; Universitas "
            "Airlangga; Literasi untuk kesejahteraan."
        ),
    )
    seats = WholeNumber(
        label=gettext_lazy("Kursi seluruhnya"),
        max_value=MOST_SEATS,
        required=False,
        help_text=gettext_lazy("Kosongkan bila tidak dibatasi, atau sama dengan jumlah kuota."),
    )

    def __init__(self, *args: Any, by: User, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        self.regions = {one.code: one for one in _regions(by)}
        region.choices = [(one.code, one.title) for one in self.regions.values()]
        if event is not None:
            del self.fields["region"]
        for group in SeatGroup:
            self.fields[f"kuota_{group}"] = WholeNumber(
                label=group.label,
                max_value=MOST_SEATS,
                required=False,
                needed=gettext_lazy("kursi"),
            )
        ask_by_name(self)

    @property
    def quota_fields(self) -> list[forms.BoundField]:
        return [self[f"kuota_{group}"] for group in SeatGroup]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts_on, starts, ends = (given.get(n) for n in ("starts_on", "starts_time", "ends_time"))
        if starts_on and starts and ends:
            given["starts_at"] = _moment(starts_on, starts)
            given["ends_at"] = _moment(given.get("ends_on") or starts_on, ends)
        return given

    def clean_speakers(self) -> tuple[Speaker, ...]:
        lines = [one for one in self.cleaned_data["speakers"].splitlines() if one]
        if len(lines) > _MOST_SPEAKERS:
            raise ValidationError(_("Paling banyak %d narasumber.") % _MOST_SPEAKERS)
        found = []
        for line in lines:
            name, organisation, topic = ([part.strip() for part in line.split(";", 2)] + ["", ""])[
                :3
            ]
            if not texts.key(name) or len(name) > 150 or len(topic) > 200:
                raise ValidationError(
                    _("Baris “%s” tidak terbaca: nama; lembaga; topik.") % line[:60]
                )
            found.append(Speaker(name, organisation[:150], topic))
        return tuple(found)

    @property
    def chosen_region(self) -> Region:
        return self.regions[self.cleaned_data["region"]]

    @property
    def plan(self) -> Plan:
        given = self.cleaned_data
        said = ("title", "place", "link", "theme", "about", "series", "number", "wave", "seats")
        return Plan(
            kind=EventKind(given["kind"]),
            mode=EventMode(given["mode"]),
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            speakers=given["speakers"],
            quotas={
                group: given[f"kuota_{group}"] for group in SeatGroup if given[f"kuota_{group}"]
            },
            **{name: given[name] for name in said},
        )

    @staticmethod
    def said_of(event: Event) -> dict[str, Any]:
        """As it stands now."""
        starts, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
        same = (
            "kind",
            "title",
            "number",
            "wave",
            "theme",
            "mode",
            "place",
            "link",
            "about",
            "seats",
        )
        speakers = event.speakers.select_related("organisation").order_by("pk")
        return {
            **{name: getattr(event, name) for name in same},
            "series": event.series.name if event.series else "",
            "starts_on": starts.date(),
            "starts_time": starts.time(),
            "ends_on": ends.date(),
            "ends_time": ends.time(),
            "speakers": "\n".join(
                "; ".join([one.name, one.organisation.name if one.organisation else "", one.topic])
                for one in speakers
            ),
            **{
                f"kuota_{group}": seats
                for group, seats in event.quotas.values_list("group", "seats")
            },
        }

    @staticmethod
    def template_of(kind: str) -> dict[str, Any]:
        """What stands there already for an event of a kind."""
        known: dict[str, Any] = {"kind": kind} if kind in EventKind.values else {}
        if kind == EventKind.STAKEHOLDER_MEETING:
            known |= {f"kuota_{group}": seats for group, seats in STAKEHOLDER_MEETING.items()}
            known["seats"] = sum(STAKEHOLDER_MEETING.values())
        return {"mode": EventMode.ON_SITE, "starts_time": time(9), "ends_time": time(12), **known}


def _regions(by: User) -> list[Region]:
    seen = Region.objects.visible_to(by).filter(level__lte=Level.REGENCY)
    return list(seen.order_by("code"))


def _moment(day: Any, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


class CancelForm(forms.Form):
    reason = TextLine(label=gettext_lazy("Alasan"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class MinutesForm(forms.Form):
    minutes = Paragraphs(
        label=gettext_lazy("Notula"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("Ringkas saja: apa yang dibahas dan diputuskan."),
    )


class EventFileForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Jenis berkas"), choices=EventFileKind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("Berkas"),
        help_text=gettext_lazy("PDF, JPEG, atau PNG; paling besar 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class ActionForm(forms.Form):
    what = TextLine(
        label=gettext_lazy("Apa yang akan dilakukan"),
        max_length=300,
        help_text=gettext_lazy("Misalnya: menyusun jadwal pendampingan UMKM."),
    )
    owner = TextLine(label=gettext_lazy("Penanggung jawab"), max_length=150)
    organisation = TextLine(
        label=gettext_lazy("Lembaga"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "lembaga", "autocomplete": "off"}),
        help_text=gettext_lazy("Dari daftar lembaga pendukung, bila salah satunya."),
    )
    due_on = Day(label=gettext_lazy("Batas waktu"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        ask_by_name(self)

    @classmethod
    def of(cls, action: ActionItem, *, by: User) -> "ActionForm":
        said = {name: getattr(action, name) for name in ("what", "owner", "due_on")}
        name = action.organisation.name if action.organisation else ""
        return cls(initial={**said, "organisation": name}, by=by)

    def clean_organisation(self) -> Organisation | None:
        return organisation_of(self.cleaned_data["organisation"], self.by)


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("Keadaan"),
        choices=[one for one in ActionState.choices if one[0] != ActionState.OPEN],
        widget=forms.RadioSelect,
    )
    outcome = TextLine(
        label=gettext_lazy("Hasil"),
        max_length=300,
        help_text=gettext_lazy("Apa yang tercapai, atau mengapa dihentikan."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


def organisation_of(name: str, by: User) -> Organisation | None:
    """The one of that name whom ``by`` may see."""
    if not name:
        return None
    found = Organisation.objects.visible_to(by).filter(name__iexact=name).first()
    if found is None:
        raise ValidationError(_("Lembaga ini belum terdaftar. Pilih dari daftar."))
    return found
