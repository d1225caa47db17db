"""What the list of reports can be narrowed to. Always given an already scoped queryset."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field

from activities.enums import ReviewAction, State, StoryKind
from activities.models import MonthlyReport, Story
from activities.querysets import MonthlyReportQuerySet, StoryQuerySet
from libraries.enums import Level, Theme
from libraries.models import Library, Region
from tpbis.core import periods
from tpbis.core.form_fields import TextLine


class MonthField(forms.CharField):
    """A month written ``2026-10``."""

    widget = forms.DateInput(attrs={"type": "month", "placeholder": "2026-10"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return periods.parse_past_month(text)
        except periods.BadPeriod as error:
            raise forms.ValidationError(str(error)) from None


class MonthFilter(django_filters.Filter):
    field_class = MonthField


class LineFilter(django_filters.CharFilter):
    field_class = TextLine


def areas(request: HttpRequest) -> QuerySet[Region]:
    """Regencies for those who see several, else the districts of the one."""
    visible = Region.objects.visible_to(request.user)
    regencies = visible.regencies()
    if regencies.count() > 1:
        return regencies.order_by("code")
    return visible.filter(level=Level.DISTRICT).order_by("code")


class AreaField(django_filters.fields.ModelChoiceField):
    def label_from_instance(self, obj: Region) -> str:
        return obj.short_name if obj.level == Level.REGENCY else obj.title


class AreaFilter(django_filters.ModelChoiceFilter):
    field_class = AreaField


class ReportFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        field_name="state",
        choices=[choice for choice in State.choices if choice[0] != State.DRAFT],
        empty_label=gettext_lazy("Semua status"),
    )
    minggu = django_filters.ChoiceFilter(
        label=gettext_lazy("Tujuh hari terakhir"),
        choices=[
            (ReviewAction.SUBMITTED.value, gettext_lazy("Dikirim")),
            (ReviewAction.APPROVED.value, ReviewAction.APPROVED.label),
            (ReviewAction.RETURNED.value, ReviewAction.RETURNED.label),
        ],
        method="narrow_week",
        empty_label=gettext_lazy("Kapan saja"),
    )
    bulan = extend_schema_field(
        {"type": "string", "pattern": r"^\d{4}-\d{2}$", "description": "Month, as 2024-09."}
    )(MonthFilter(label=gettext_lazy("Bulan"), field_name="month"))
    wilayah = extend_schema_field({"type": "string", "description": "Code of a region, as 35.08."})(
        AreaFilter(
            label=gettext_lazy("Wilayah"),
            queryset=areas,
            to_field_name="code",
            method="narrow_area",
            empty_label=gettext_lazy("Semua wilayah"),
        )
    )
    cari = LineFilter(
        label=gettext_lazy("Nama perpustakaan"),
        field_name="library__name",
        lookup_expr="icontains",
        max_length=100,
    )

    class Meta:
        model = MonthlyReport
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            field.error_messages["invalid_choice"] = _("Pilihan ini tidak ada di daftar.")

    def narrow_week(
        self, reports: MonthlyReportQuerySet, name: str, action: str
    ) -> MonthlyReportQuerySet:
        since = timezone.localdate() - periods.WEEK
        return reports.acted_on_since(since, ReviewAction(action))

    def narrow_area(
        self, reports: QuerySet[MonthlyReport], name: str, area: Region
    ) -> QuerySet[MonthlyReport]:
        return reports.filter(library__in=Library.objects.within(area.code).order_by().values("pk"))


def told_of(request: HttpRequest) -> QuerySet[Region]:
    """Where the published stories come from."""
    regencies = Story.objects.published().order_by().values("library__regency")
    return Region.objects.filter(pk__in=regencies).order_by("code")


class StoryFilter(django_filters.FilterSet):
    """What the gallery can be narrowed to."""

    bidang = django_filters.ChoiceFilter(
        label=gettext_lazy("Bidang"),
        field_name="theme",
        choices=Theme.choices,
        empty_label=gettext_lazy("Semua bidang"),
    )
    jenis = django_filters.ChoiceFilter(
        label=gettext_lazy("Jenis"),
        field_name="kind",
        choices=StoryKind.choices,
        empty_label=gettext_lazy("Semua jenis"),
    )
    wilayah = AreaFilter(
        label=gettext_lazy("Kabupaten/kota"),
        queryset=told_of,
        to_field_name="code",
        field_name="library__regency",
        empty_label=gettext_lazy("Semua kabupaten/kota"),
    )
    terbit = django_filters.ChoiceFilter(
        label=gettext_lazy("Terbit"),
        choices=[("minggu", gettext_lazy("Tujuh hari terakhir"))],
        method="narrow_week",
        empty_label=gettext_lazy("Kapan saja"),
    )
    cari = LineFilter(label=gettext_lazy("Cari kata"), method="narrow_words", max_length=100)

    class Meta:
        model = Story
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            field.error_messages["invalid_choice"] = _("Pilihan ini tidak ada di daftar.")

    def narrow_week(self, stories: StoryQuerySet, name: str, value: str) -> StoryQuerySet:
        return stories.published_since(timezone.localdate() - periods.WEEK)

    def narrow_words(self, stories: QuerySet[Story], name: str, words: str) -> QuerySet[Story]:
        """Every word stands in the title or the text."""
        for word in words.split()[:8]:
            stories = stories.filter(Q(title__icontains=word) | Q(text__icontains=word))
        return stories
