"""Where the roles land, and what a province shows to everybody. Published stories are everybody's
who signs in, also on a home."""

from collections.abc import Iterator
from uuid import UUID

from activities.models import StoryPhoto
from tests.authorisation import marks
from tests.authorisation.areas.stories import in_the_gallery
from tests.authorisation.world import Thing, World, about, missing, of_a_library

marks.TOLD_TO_ALL["reports:supporter_home"] = in_the_gallery
marks.TOLD_TO_ALL["reports:librarian_home"] = in_the_gallery


@about("public_picture")
def _(world: World) -> Iterator[Thing]:
    for photo in StoryPhoto.objects.select_related("story__library__region").order_by("pk"):
        arguments = {"code": "35", "uuid": photo.uuid}
        yield of_a_library("public_picture", photo.story.library, arguments, row=photo)
    yield from missing(world, "public_picture", {"code": "35", "uuid": UUID(int=987_654_321)})
