"""Versions of the rules: which one holds when, and from when a new one may."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from kpi.enums import RuleGroup
from kpi.models import RuleSet
from kpi.queries.closings import last_closing, last_month_due
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class Version:
    """A published version and its last day (``None``: no other follows)."""

    rule_set: RuleSet
    until: date | None

    def holds_on(self, day: date) -> bool:
        first = self.rule_set.valid_from
        return first is not None and first <= day and (self.until is None or day <= self.until)

    def begins_after(self, day: date) -> bool:
        return self.rule_set.valid_from is not None and self.rule_set.valid_from > day


def versions(group: str) -> list[Version]:
    """The published versions of a group by their first day, newest first."""
    by_age = list(
        RuleSet.objects.published()
        .filter(group=group)
        .select_related("publisher", "based_on")
        .order_by("valid_from")
    )
    found = [
        Version(one, after.valid_from - timedelta(days=1) if after.valid_from else None)
        for one, after in pairwise(by_age)
    ]
    found += [Version(one, None) for one in by_age[-1:]]
    return found[::-1]


def version_of(rule_set: RuleSet) -> Version:
    """When a published version holds."""
    after = (
        RuleSet.objects.published()
        .filter(group=rule_set.group, valid_from__gt=rule_set.valid_from)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    return Version(rule_set, after - timedelta(days=1) if after else None)


def rules_on(group: RuleGroup, day: date) -> RuleSet:
    """The version of ``group`` that holds on ``day``."""
    published = RuleSet.objects.published().filter(group=group, valid_from__lte=day)
    return published.latest("valid_from")


def last_closed_month(at: datetime | None = None) -> date:
    """The last month whose closing day has come, or that was closed before the day was moved."""
    due, closing = last_month_due(at or timezone.now()), last_closing()
    return max(due, closing.through) if closing else due


def open_from(at: datetime | None = None) -> date:
    """The first day new rules may be valid from: what is closed stays as it was scored."""
    return periods.add_months(last_closed_month(at), 1)


def open_until(at: datetime | None = None) -> date:
    """The last such day: the end of next year. Anything later is a slip of the finger."""
    return date(timezone.localdate(at).year + 1, 12, 31)
