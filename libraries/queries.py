"""What pages and services ask about people."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.text import slugify

from libraries.enums import KEPT_BY_PIC, AccountState, Level
from libraries.models import Activation, Assignment, Library, Region
from tpbis.accounts.enums import Role
from tpbis.accounts.models import ApiToken, AuditEvent, User
from tpbis.accounts.querysets import ApiTokenQuerySet, subject_of
from tpbis.core import periods

EVENTS_READ = 100  # of one person


def people_of(user: User) -> QuerySet[User]:
    """The accounts this person looks after: the province everyone's, a PIC those of the librarians
    and facilitators who work in its regency, or last did and now work nowhere."""
    if user.role == Role.PROVINCE_STAFF:
        serves = Region.objects.visible_to(user).filter(level=Level.PROVINCE).exists()
        return _persons() if serves else User.objects.none()
    if user.role != Role.REGENCY_PIC:
        return User.objects.none()
    anywhere = Assignment.objects.filter(user=OuterRef("pk"))
    here = anywhere.visible_to(user)
    return _persons().filter(
        Exists(here.lasting()) | (Exists(here) & ~Exists(anywhere.lasting())),
        role__in=KEPT_BY_PIC,
    )


def _persons() -> QuerySet[User]:
    """Without the accounts of programs, which nobody signs in with."""
    return User.objects.filter(api_token__isnull=True)


@dataclass(frozen=True, slots=True)
class ListedToken:
    token: ApiToken
    region: Region


def tokens_of(user: User) -> ApiTokenQuerySet:
    """Of programs that work for somebody's regions."""
    places = Assignment.objects.filter(region__in=Region.objects.visible_to(user))
    return ApiToken.objects.filter(user__in=places.order_by().values("user"))


def listed_tokens(user: User) -> list[ListedToken]:
    """Newest first, with their places."""
    found = list(tokens_of(user).for_list())
    places = Assignment.objects.filter(user__in=[token.user_id for token in found])
    regions = {place.user_id: place.region for place in places.select_related("region")}
    return [
        ListedToken(token, region)
        for token in found
        if (region := regions.get(token.user_id)) is not None
    ]


def librarians_since(day: date, libraries: QuerySet[Library]) -> QuerySet[User]:
    """Librarians of ``libraries`` who signed in for the first time on ``day`` or later."""
    works = Assignment.objects.in_force().filter(
        library__in=libraries.order_by().values("pk"), user=OuterRef("pk")
    )
    return User.objects.filter(Exists(works), activated_at__gte=periods.midnight(day))


def works_elsewhere(other: User, *, than: User) -> bool:
    """Whether ``other`` also works at a place outside those of ``than``."""
    places = Assignment.objects.lasting().filter(user=other)
    return places.exclude(pk__in=places.visible_to(than).values("pk")).exists()


def with_places(people: QuerySet[User], *, seen_by: User) -> QuerySet[User]:
    """Each with the places it has now, as ``places``; of those only what ``seen_by`` may see."""
    places = Assignment.objects.lasting().visible_to(seen_by)
    places = places.select_related("region", "library__region", "library__regency")
    return people.prefetch_related(
        Prefetch("assignments", queryset=places.order_by("may_review", "pk"), to_attr="places")
    )


def events_of(person: User, *, seen_by: User) -> list[AuditEvent]:
    """What happened to ``person``, newest first; nothing of places that are not ``seen_by``'s."""
    events = AuditEvent.objects.concerning(person).select_related("by")[:EVENTS_READ]
    if seen_by.role == Role.PROVINCE_STAFF:
        return list(events)
    libraries = Library.objects.visible_to(seen_by).values_list("pk", flat=True)
    known = {"", subject_of(person), *(subject_of(Library(pk=pk)) for pk in libraries)}
    codes = set(Region.objects.visible_to(seen_by).regencies().values_list("code", flat=True))
    return [
        event
        for event in events
        if event.about in known and codes.issuperset(filter(None, event.changes.get("region", ())))
    ]


def state_of(user: User) -> AccountState:
    if not user.is_active:
        return AccountState.CLOSED
    return AccountState.ACTIVE if user.is_activated else AccountState.WAITING


def librarians_of(library: Library) -> QuerySet[Assignment]:
    """Who looks after ``library`` now, or is about to."""
    places = Assignment.objects.lasting().filter(library=library)
    return places.select_related("user").order_by("starts_on", "pk")


def has_account(library: Library) -> bool:
    """Whether somebody can sign in for ``library`` already."""
    return letters_barred(Library.objects.filter(pk=library.pk)).exists()


def letters_barred(libraries: QuerySet[Library]) -> QuerySet[Library]:
    """Those of them whose librarian can sign in already: they need no letter."""
    signs_in = Assignment.objects.lasting().filter(
        library=OuterRef("pk"), user__is_active=True, user__activated_at__isnull=False
    )
    return libraries.filter(Exists(signs_in))


def open_code_of(user: User) -> Activation | None:
    return Activation.objects.open().filter(user=user).select_related("issued_by").first()


def delegations(user: User) -> QuerySet[Assignment]:
    """Who may judge reports for a PIC within this person's places, now or soon."""
    handed_over = Assignment.objects.lasting().visible_to(user)
    return (
        handed_over.filter(may_review=True, user__role=Role.FACILITATOR)
        .select_related("user", "region", "library")
        .order_by("ends_on", "pk")
    )


def may_take_over_review(user: User) -> QuerySet[Assignment]:
    """The posts of facilitators within this person's places to whom review can be handed over."""
    posts = Assignment.objects.in_force().visible_to(user)
    return (
        posts.filter(
            user__role=Role.FACILITATOR,
            user__is_active=True,
            region__level=Level.REGENCY,
            may_review=False,
        )
        .select_related("user", "region")
        .order_by("region__name", "user__full_name", "pk")
    )


def free_username(wanted: str) -> str:
    """``labruk.kidul``, or with a number behind it when somebody has that name."""
    base = slugify(wanted).replace("-", ".").replace("_", ".")[:50].strip(".")
    if not any(character.isalpha() for character in base):
        base = f"mitra.{base}".strip(".")
    similar = User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    taken = {username.casefold() for username in similar}
    name, again = base, 1
    while name in taken:
        again += 1
        name = f"{base}.{again}"
    return name
