"""Pictures of versions that were sent back."""

from collections.abc import Iterator

from activities.models import ReviewEvent
from activities.photos import in_content
from tests.authorisation.world import Thing, World, about, missing, of_a_library


@about("old_photo")
def _(world: World) -> Iterator[Thing]:
    versions = ReviewEvent.objects.filter(content__isnull=False).order_by("pk")
    for version in versions.select_related("report__library__region"):
        for sha256 in sorted(in_content(version.content))[:1]:
            yield of_a_library(
                "old_photo", version.report.library, {"pk": version.pk, "sha256": sha256}
            )
            yield Thing(
                "old_photo",
                {"pk": version.pk, "sha256": "7" * 64},
                there=False,
                note="another picture",
            )
    yield from missing(world, "old_photo", {"pk": 987_654_321, "sha256": "7" * 64})
