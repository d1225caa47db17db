"""Scores for programs."""

from django.db.models import QuerySet

from kpi.models import Score
from kpi.serializers import ScoreSerializer
from libraries.models import Library
from tpbis.core.rest.reading import Listing


class ScoresView(Listing):
    """Scores of the caller's libraries."""

    serializer_class = ScoreSerializer

    def get_queryset(self) -> QuerySet[Score]:
        mine = Library.objects.visible_to(self.request.user).order_by().values("pk")
        return Score.objects.filter(library__in=mine).select_related("rule_set")
