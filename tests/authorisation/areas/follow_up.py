"""Following up: excuses, the mentoring log, reminders, and the libraries they are about."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from activities.models import Excuse, MentoringVisit, Reminder
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, of_a_library
from tpbis.accounts.enums import Role
from tpbis.core import periods

NOBODY = {"pk": 987_654_321}
# What was said at a library, and why somebody was late, is not for observers.
NOT_FOR_OBSERVERS = set(Role) - {Role.OBSERVER, Role.SUPPORTER}
marks.ONLY_FOR["activities.Excuse"] = NOT_FOR_OBSERVERS
marks.ONLY_FOR["activities.MentoringVisit"] = NOT_FOR_OBSERVERS


def followed_up(world: World) -> None:
    """At each library: an excuse in force, one withdrawn; an open action, one done; a mark."""
    now = timezone.now()
    yesterday = timezone.localdate() - timedelta(days=1)
    for where, library in world.libraries.items():
        by = world.users.get(f"pic_{where[0].lower()}", world.users["staff"])
        ended = {"withdrawn_at": now, "withdrawn_by": by}
        for month, more in ((world.months["draft"], {}), (world.months["empty"], ended)):
            Excuse.objects.create(
                library=library,
                month=month,
                reason="sakit",
                comment="Opname",
                excused_by=by,
                **more,
            )
        for more in ({}, {"done_at": now, "done_by": by}):
            MentoringVisit.objects.create(
                library=library,
                by=by,
                held_on=yesterday,
                way="telepon",
                notes="Membahas laporan",
                agreed_action="Mengirim laporan",
                due_on=yesterday,
                **more,
            )
        Reminder.objects.create(
            library=library, month=world.months["draft"], marked_on=yesterday, marked_by=by
        )


MORE.append(followed_up)


@about("followed_library")
def _(world: World) -> Iterator[Thing]:
    for where, library in world.libraries.items():
        state = "in_sim" if where == "C1" else ""
        yield of_a_library("followed_library", library, {"pk": library.pk}, state=state)
    for (_regency, state), library in world.alone.items():
        yield of_a_library("followed_library", library, {"pk": library.pk}, state=state)
    yield Thing("followed_library", world.gone["library"], there=False, note="deleted")
    yield Thing("followed_library", NOBODY, there=False, note="nonexistent")


@about("excuse")
def _(world: World) -> Iterator[Thing]:
    for one in Excuse.objects.select_related("library__region").order_by("pk"):
        state = "withdrawn" if one.withdrawn_at else "in_force"
        yield of_a_library("excuse", one.library, {"pk": one.pk}, row=one, state=state)
    yield from missing(world, "excuse", NOBODY)


@about("mentoring")
def _(world: World) -> Iterator[Thing]:
    for one in MentoringVisit.objects.select_related("library__region").order_by("pk"):
        state = "done" if one.done_at else "open"
        yield of_a_library("mentoring", one.library, {"pk": one.pk}, row=one, state=state)
    yield from missing(world, "mentoring", NOBODY)


@about("reminder")
def _(world: World) -> Iterator[Thing]:
    for one in Reminder.objects.select_related("library__region").order_by("pk"):
        yield of_a_library("reminder", one.library, {"pk": one.pk}, row=one)
    yield from missing(world, "reminder", NOBODY)


@posts("reports:follow_up_month")
def an_excuse(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {"reason": "bencana", "comment": "Banjir"}
    month = periods.month_code(world.months["none"])
    return Body(data, needs=("comment",), query={"bulan": month})


@posts("reports:mentoring_library")
def a_visit(world: World, actor: Actor, thing: Thing | None) -> Body:
    today = timezone.localdate()
    data = {
        "held_on": today.isoformat(),
        "way": "kunjungan",
        "notes": "Melihat pojok baca",
        "agreed_action": "Menata rak",
        "due_on": (today + timedelta(days=7)).isoformat(),
    }
    return Body(data, needs=("notes",))


@posts("reports:reminder_mark")
def a_reminder(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"text": "Selamat pagi"}, needs=("text",))


@posts("reports:excuse_withdraw", "reports:mentoring_done", "reports:reminder_undo")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING
