"""The page on which a story stands, with what its library and its reviewers may do."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from activities import permissions
from activities.enums import StoryState
from activities.forms.stories import StoryPhotosForm, WithdrawForm
from activities.models import Story
from activities.queries import stories as queries

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

ROWS_A_PAGE = 25


def is_open(story: Story) -> bool:
    return story.state in queries.AGREED_IN


def room(story: Story) -> int:
    return max(0, queries.MAX_PHOTOS - len(story.photos.all()))


def story_page(
    request: "SignedInRequest",
    story: Story,
    *,
    photos_form: StoryPhotosForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    consents, events = list(story.consents.all()), list(story.events.all())
    sees_inside = permissions.sees_consents(user, story)
    is_own = permissions.can_tell(user, story.library)
    can_change = is_own and story.state in queries.EDITABLE
    missing = queries.missing_to_publish(story, consents) if sees_inside and is_open(story) else []
    return render(
        request,
        "activities/story.html",
        {
            "story": story,
            "pictures": list(story.photos.all()),
            "reach": queries.reach(consents),
            "is_own": is_own,
            "sees_inside": sees_inside,
            "can_change": can_change,
            "can_agree": is_own and is_open(story),
            "can_review": permissions.can_review_story(user, story),
            "can_withdraw": permissions.can_withdraw_story(user, story),
            "works_on_it": permissions.works_on_story(user, story),
            "can_reopen": is_own and story.state == StoryState.WITHDRAWN,
            "consents": consents if sees_inside else [],
            "events": events if sees_inside else [],
            "objection": queries.last_objection(events) if sees_inside else None,
            "missing": missing,
            "room": room(story),
            "photos_form": photos_form or StoryPhotosForm(room=room(story)),
            "withdraw_form": withdraw_form or WithdrawForm(),
        },
        status=status,
    )
