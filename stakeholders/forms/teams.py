"""What is asked about a synergy team, who sits in it, and how far its decree is."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from libraries.enums import Level
from libraries.models import Region
from stakeholders.decrees import FOLLOWS
from stakeholders.enums import DecreeState, TeamRole
from stakeholders.models import SynergyTeam, TeamMember
from stakeholders.services import EARLIEST
from stakeholders.services.teams import Seat
from tpbis.core.form_fields import Day, TextLine, ask_by_name

_UNKNOWN_REGION = gettext_lazy("Pilih wilayah yang ada di daftar.")


def years(ahead: int = 1) -> list[tuple[str, str]]:
    last = timezone.localdate().year + ahead
    return [(str(year), str(year)) for year in range(last, EARLIEST.year - 1, -1)]


def of_a_team(regions: QuerySet[Region]) -> QuerySet[Region]:
    """The places that can have one."""
    return regions.filter(level__in=(Level.PROVINCE, Level.REGENCY)).order_by("level", "code")


class TeamsFilter(forms.Form):
    """What the list of teams is narrowed by."""

    wilayah = forms.ModelChoiceField(
        label=gettext_lazy("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("Semua"),
        error_messages={"invalid_choice": _UNKNOWN_REGION},
    )
    tahun = forms.ChoiceField(label=gettext_lazy("Tahun"), required=False)
    sk = forms.ChoiceField(
        label=gettext_lazy("Keadaan SK"),
        required=False,
        choices=[("", gettext_lazy("Semua")), *DecreeState.choices],
    )

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, year = self.fields["wilayah"], self.fields["tahun"]
        assert isinstance(place, forms.ModelChoiceField)
        assert isinstance(year, forms.ChoiceField)
        place.queryset = of_a_team(regions)
        year.choices = [("", gettext_lazy("Semua")), *years()]

    def narrow(self, teams: QuerySet[SynergyTeam]) -> QuerySet[SynergyTeam]:
        asked = self.cleaned_data
        columns = {"region": "wilayah", "year": "tahun", "decree_state": "sk"}
        return teams.filter(
            **{column: asked[name] for column, name in columns.items() if asked[name]}
        )


class _Span(forms.Form):
    starts_on = Day(label=gettext_lazy("Mulai"))
    ends_on = Day(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila belum ditetapkan."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_by_name(self)


class TeamForm(_Span):
    """A new team."""

    region = forms.ModelChoiceField(
        label=gettext_lazy("Wilayah"),
        queryset=Region.objects.none(),
        to_field_name="code",
        empty_label=None,
        error_messages={"invalid_choice": _UNKNOWN_REGION},
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Tahun"), coerce=int)
    drafted_on = Day(label=gettext_lazy("SK mulai disusun"))
    held_by = TextLine(
        label=gettext_lazy("Dipegang oleh"),
        max_length=150,
        help_text=gettext_lazy("Bagian atau orang yang menyusun SK."),
    )
    copies_members = forms.BooleanField(
        label=gettext_lazy("Salin anggota tim tahun sebelumnya"), required=False, initial=True
    )

    field_order = ["region", "year", "starts_on", "ends_on", "drafted_on", "held_by"]

    def __init__(self, *args: Any, regions: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, year = self.fields["region"], self.fields["year"]
        assert isinstance(place, forms.ModelChoiceField)
        assert isinstance(year, forms.ChoiceField)
        place.queryset = of_a_team(regions)
        year.choices = years()
        today = timezone.localdate()
        self.initial = {
            "year": today.year,
            "drafted_on": today,
            "starts_on": today,
            **self.initial,
        }
        drafted = self.fields["drafted_on"]
        assert isinstance(drafted, Day)
        drafted.offer(EARLIEST, today)
        ask_by_name(self)


class TeamSpanForm(_Span):
    """For how long a team works."""

    @classmethod
    def of(cls, team: SynergyTeam) -> "TeamSpanForm":
        return cls(initial={"starts_on": team.starts_on, "ends_on": team.ends_on})


class MemberForm(_Span):
    """Who sits in a team, for which body, as what and for how long."""

    organisation_name = TextLine(
        label=gettext_lazy("Lembaga"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "lembaga", "autocomplete": "off"}),
        help_text=gettext_lazy("Pilih dari daftar bila sudah ada."),
    )
    name = TextLine(
        label=gettext_lazy("Nama"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Dengan gelar, seperti di SK."),
    )
    position = TextLine(label=gettext_lazy("Jabatan di lembaga"), max_length=150, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Kedudukan dalam tim"),
        choices=TeamRole.choices,
        initial=TeamRole.MEMBER,
        widget=forms.RadioSelect,
    )

    field_order = ["name", "organisation_name", "position", "role", "starts_on", "ends_on"]

    @classmethod
    def of(cls, member: TeamMember) -> "MemberForm":
        """As it is written down now."""
        said = {name: getattr(member, name) for name in cls.base_fields if hasattr(member, name)}
        return cls(initial={**said, "organisation_name": member.organisation.name})

    @property
    def seat(self) -> Seat:
        given = dict(self.cleaned_data)
        return Seat(**{**given, "role": TeamRole(given["role"])})


class MemberEndForm(forms.Form):
    on = Day(
        label=gettext_lazy("Hari terakhir"),
        help_text=gettext_lazy("Sejak hari berikutnya orang ini tidak duduk di tim lagi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())
        ask_by_name(self)


class DecreeStepForm(forms.Form):
    """The decree goes on; only the steps that can come next are offered."""

    state = forms.ChoiceField(
        label=gettext_lazy("Langkah"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": gettext_lazy("Langkah ini tidak bisa sesudah keadaan SK sekarang.")
        },
    )
    on = Day(label=gettext_lazy("Tanggal"))
    held_by = TextLine(
        label=gettext_lazy("Dipegang oleh"),
        max_length=150,
        help_text=gettext_lazy("Di meja siapa SK ini sejak tanggal itu."),
    )
    number = TextLine(
        label=gettext_lazy("Nomor SK"),
        max_length=100,
        required=False,
        needed=gettext_lazy("wajib bila berlaku"),
    )
    note = TextLine(
        label=gettext_lazy("Catatan"),
        max_length=300,
        required=False,
        needed=gettext_lazy("wajib bila dikembalikan"),
    )
    file = forms.FileField(
        label=gettext_lazy("Berkas"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG, atau PNG, paling besar 20 MB."),
    )

    def __init__(self, *args: Any, team: SynergyTeam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state, on = self.fields["state"], self.fields["on"]
        assert isinstance(state, forms.ChoiceField)
        assert isinstance(on, Day)
        following = FOLLOWS[DecreeState(team.decree_state)]
        state.choices = [(one.value, one.label) for one in following]
        if len(following) == 1:
            self.initial.setdefault("state", following[0].value)
        today = timezone.localdate()
        self.initial.setdefault("on", today)
        on.offer(team.decree_since, today)
        if DecreeState.IN_FORCE not in following:
            del self.fields["number"]
        ask_by_name(self)
