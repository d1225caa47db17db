"""What the audit can be narrowed to."""

import re
from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tpbis.accounts.enums import Outcome, Role
from tpbis.accounts.history import KINDS, SENTENCES
from tpbis.accounts.models import AuditEvent
from tpbis.core import periods
from tpbis.core.form_fields import TextLine

SYSTEM = "sistem"  # the console and the scheduler have no role
_CODE = re.compile(r"[a-z]+\.[a-z]+:\d{1,18}")
_MOST_NAMED = 200


def _actions() -> list[tuple[str, str]]:
    """By their words; where the words name fields, any."""
    told = [(action, str(words) % {"fields": "…"}) for action, words in SENTENCES.items()]
    return sorted(((action, capfirst(words)) for action, words in told), key=lambda one: one[1])


class LineFilter(django_filters.CharFilter):
    field_class = TextLine


class DayFilter(django_filters.DateFilter):
    def __init__(self, **more: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            field_name="at",
            **more,
        )


class AuditFilter(django_filters.FilterSet):
    siapa = LineFilter(label=gettext_lazy("Siapa"), max_length=100, method="narrow_who")
    objek = LineFilter(label=gettext_lazy("Tentang"), max_length=100, method="narrow_thing")
    hasil = django_filters.ChoiceFilter(
        label=gettext_lazy("Hasil"),
        field_name="outcome",
        choices=Outcome.choices,
        empty_label=gettext_lazy("Semua"),
    )
    tindakan = django_filters.ChoiceFilter(
        label=gettext_lazy("Tindakan"),
        field_name="action",
        choices=_actions,
        empty_label=gettext_lazy("Semua tindakan"),
    )
    peran = django_filters.ChoiceFilter(
        label=gettext_lazy("Peran"),
        choices=[*Role.choices, (SYSTEM, gettext_lazy("Sistem"))],
        empty_label=gettext_lazy("Semua peran"),
        method="narrow_role",
    )
    dari = DayFilter(label=gettext_lazy("Dari tanggal"), method="narrow_from")
    sampai = DayFilter(label=gettext_lazy("Sampai tanggal"), method="narrow_until")
    permintaan = LineFilter(
        label=gettext_lazy("Nomor permintaan"), field_name="request_id", max_length=36
    )

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.form.fields.values():
            field.error_messages["invalid_choice"] = _("Pilihan ini tidak ada di daftar.")

    def narrow_from(
        self, events: QuerySet[AuditEvent], name: str, day: date
    ) -> QuerySet[AuditEvent]:
        """By the moment the day begins, so that the index on it is of use."""
        if day == date.min:
            return events
        return events.filter(at__gte=periods.midnight(day))

    def narrow_until(
        self, events: QuerySet[AuditEvent], name: str, day: date
    ) -> QuerySet[AuditEvent]:
        if day == date.max:
            return events
        return events.filter(at__lt=periods.midnight(day + timedelta(days=1)))

    def narrow_who(
        self, events: QuerySet[AuditEvent], name: str, value: str
    ) -> QuerySet[AuditEvent]:
        return events.filter(Q(by__username__iexact=value) | Q(by__full_name__icontains=value))

    def narrow_role(
        self, events: QuerySet[AuditEvent], name: str, value: str
    ) -> QuerySet[AuditEvent]:
        return events.filter(by=None) if value == SYSTEM else events.filter(role=value)

    def narrow_thing(
        self, events: QuerySet[AuditEvent], name: str, value: str
    ) -> QuerySet[AuditEvent]:
        """The code of one thing, as links give it, or the name of some."""
        codes = [value] if _CODE.fullmatch(value) else _codes_of(value)
        return events.filter(Q(subject__in=codes) | Q(about__in=codes))


def _codes_of(name: str) -> list[str]:
    codes = []
    for kind, (_word, named_by) in KINDS.items():
        if named_by:
            named = apps.get_model(kind)._default_manager.filter(**{f"{named_by}__icontains": name})
            pks = named.order_by("pk").values_list("pk", flat=True)[:_MOST_NAMED]
            codes += [f"{kind}:{pk}" for pk in pks]
    return codes
