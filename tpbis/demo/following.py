"""What the PIC and the facilitator of Lumajang did about their libraries lately, through the
services: whom to call, some months excused, visits with what was agreed, reminders."""

from datetime import datetime, timedelta

from activities import services
from activities.enums import ExcuseReason, MentoringWay
from libraries.models import Assignment, Library
from libraries.querysets import LibraryQuerySet
from reports.figures import follow_up
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.demo.cast import LUMAJANG
from tpbis.demo.people import Staff

_WITHOUT_NUMBER = 6  # every so many of the libraries with a librarian has no number
_EXCUSES = (
    (ExcuseReason.DISASTER, "Jembatan ke desa putus setelah banjir lahar; listrik padam."),
    (ExcuseReason.ILLNESS, "Pengelola dirawat, belum ada penggantinya."),
    (ExcuseReason.NETWORK, "Menara sinyal rusak hampir sebulan."),
)
# Days ago, how, what was said, what was agreed, its deadline in days from today, done.
_VISITS = (
    (
        34,
        MentoringWay.VISIT,
        "Pojok baca ramai pada sore hari; pencatatan pengunjung belum rutin.",
        "Membuat buku tamu di meja depan dan menjumlahkannya tiap akhir bulan.",
        -6,
        False,
    ),
    (
        27,
        MentoringWay.CALL,
        "Pengelola baru belum hafal cara mengirim laporan dari ponsel.",
        "Berlatih bersama lewat telepon sampai satu laporan terkirim.",
        -13,
        True,
    ),
    (
        16,
        MentoringWay.VISIT,
        "Kepala desa bersedia menganggarkan internet tahun depan.",
        "Menyiapkan usulan satu halaman untuk musyawarah desa.",
        9,
        False,
    ),
    (9, MentoringWay.CHAT, "Menanyakan kabar; kegiatan mewarnai berjalan lancar.", "", None, False),
    (
        5,
        MentoringWay.CALL,
        "Foto kegiatan sering gelap karena diambil malam hari.",
        "Mengambil foto dekat jendela sebelum kegiatan mulai.",
        None,
        False,
    ),
)
_REMINDED = 4
_REMINDED_AGO = timedelta(days=3)


def tell(staff: Staff, now: datetime) -> None:
    libraries = Library.objects.within(LUMAJANG).partners_on(now.date())
    pic = staff.pics[LUMAJANG]
    _name_contacts(libraries)
    missing = follow_up.silences(libraries, periods.first_of_month(now.date()))
    rows = libraries.in_bulk()
    _excuse(missing, rows, pic, now)
    _visit([rows[one.library] for one in missing], now)
    for one in missing[1 : 1 + _REMINDED]:
        if one.in_a_row:
            services.mark_reminded(
                library=rows[one.library],
                month=periods.add_months(periods.first_of_month(now.date()), -1),
                by=pic,
                at=now - _REMINDED_AGO,
            )


def _name_contacts(libraries: LibraryQuerySet) -> None:
    """Librarians are whom to call. The numbers belong to nobody."""
    posts = Assignment.objects.in_force().filter(
        library__in=libraries, user__role=Role.LIBRARIAN, user__is_active=True
    )
    named = []
    for at, post in enumerate(posts.select_related("library", "user").order_by("library", "pk"), 1):
        assert post.library is not None
        post.library.contact_name = post.user.full_name
        if at % _WITHOUT_NUMBER:
            post.library.contact_phone = f"+628120000{at:04}"
        named.append(post.library)
    Library.objects.bulk_update(named, ["contact_name", "contact_phone"])


def _excuse(
    missing: list[follow_up.Silence], rows: dict[int, Library], by: User, now: datetime
) -> None:
    """One month each of some libraries that miss a few."""
    some = [one for one in missing if one.missed][2 : 2 + len(_EXCUSES)]
    for one, (reason, comment) in zip(some, _EXCUSES, strict=False):
        month = next(cell.month for cell in reversed(one.cells) if follow_up.is_missed(cell))
        at = max(periods.deadline(month), now - timedelta(days=20))
        services.excuse(
            library=rows[one.library],
            month=month,
            reason=reason,
            comment=comment,
            by=by,
            at=min(at, now),
        )


def _visit(libraries: list[Library], now: datetime) -> None:
    """Those who miss most were visited first."""
    mentor = User.objects.get(username="fasda.lumajang")
    today = now.date()
    for library, (ago, way, notes, action, due, is_done) in zip(libraries, _VISITS, strict=False):
        visit = services.note_visit(
            library=library,
            held_on=today - timedelta(days=ago),
            way=way,
            notes=notes,
            agreed_action=action,
            due_on=None if due is None else today + timedelta(days=due),
            by=mentor,
        )
        if is_done:
            services.settle_action(visit=visit, by=mentor, at=now - timedelta(days=ago - 10))
