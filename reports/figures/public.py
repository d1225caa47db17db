"""What a province shows to everybody: totals, never a person, and only what was agreed to."""

from django.db.models import Exists, OuterRef, Q

from activities.enums import ConsentScope
from activities.models import Consent, Story
from activities.querysets import StoryQuerySet
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet


def publishable_stories(region: Region) -> StoryQuerySet:
    """Published stories of the region's libraries that everybody in them agreed to show in public,
    the newest first: words and pictures."""
    return publishable(Library.objects.within(region.code))


def publishable(libraries: LibraryQuerySet) -> StoryQuerySet:
    """As above, of any libraries: words and pictures that may leave the portal."""
    agreed = Consent.objects.in_force().filter(story=OuterRef("pk"))
    return (
        Story.objects.published()
        .filter(library__in=libraries.order_by().values("pk"))
        .filter(Q(has_people=False) | Exists(agreed))
        .exclude(Exists(agreed.exclude(scope=ConsentScope.PUBLIC)))
        .order_by("-happened_on", "-pk")
    )
