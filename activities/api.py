"""Months and entries for programs: the scope and the narrowing of the pages."""

from activities.filters import ReportFilter
from activities.models import Activity, MonthlyReport
from activities.querysets import ActivityQuerySet, MonthlyReportQuerySet
from activities.serializers import ActivitySerializer, MonthlyReportSerializer
from tpbis.core.rest.reading import Listing


class MonthlyReportsView(Listing):
    """Reports of the caller's libraries. Drafts belong to their library alone."""

    serializer_class = MonthlyReportSerializer
    filterset_class = ReportFilter

    def get_queryset(self) -> MonthlyReportQuerySet:
        return MonthlyReport.objects.visible_to(self.request.user).for_list()


class ActivitiesView(Listing):
    """Entries of the reports that the caller may see."""

    serializer_class = ActivitySerializer

    def get_queryset(self) -> ActivityQuerySet:
        return Activity.objects.visible_to(self.request.user).select_related("report")
