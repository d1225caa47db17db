"""What librarians are told of the needs of their library."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from libraries.models import Assignment
from stakeholders.enums import NeedState
from stakeholders.models import Need
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.querysets import subject_of
from tpbis.accounts.services import News


def need_judged(need: Need) -> int:
    """That a need was confirmed, or why not: its library's librarians, each once; how many were
    told. Nobody of a need that is a region's."""
    with translation.override(settings.LANGUAGE_CODE):
        said = {"title": need.title, "library": need.place_name()}
        if need.state == NeedState.DECLINED:
            title = _("Kebutuhan “%(title)s”, %(library)s: tidak dikonfirmasi") % said
            text = _("Alasan: %(reason)s") % {"reason": need.reason}
        else:
            title = _("Kebutuhan “%(title)s”, %(library)s: dikonfirmasi") % said
            text = _("Kebutuhan ini sekarang tampil di papan kebutuhan dan dicarikan lembaga.")
        return accounts.tell_many(
            News(
                user=user,
                kind=MessageKind.SYNERGY,
                subject=subject_of(need),
                period=need.state,
                title=title,
                text=text,
                link=need.get_absolute_url(),
            )
            for user in _librarians(need)
        )


def _librarians(need: Need) -> list[int]:
    if need.library_id is None:
        return []
    posts = Assignment.objects.in_force(timezone.localdate()).filter(
        library=need.library_id,
        user__role=Role.LIBRARIAN,
        user__is_active=True,
        user__activated_at__isnull=False,
    )
    return list(posts.values_list("user", flat=True).distinct())
