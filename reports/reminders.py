"""The words of a reminder: personal, polite, without blame; and whom it goes to.

There is no interface to WhatsApp: the portal writes the text and opens the chat, a person sends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from lokal import parse_phone

from activities import queries as activities
from activities.enums import ReturnReason, ReviewAction, State
from activities.models import Reminder, ReviewEvent
from libraries.models import Assignment, Library
from libraries.querysets import LibraryQuerySet
from reports import figures, queries
from tpbis.accounts.enums import Role
from tpbis.core import periods

# States in which a library may be reminded of a month.
_BEFORE, _AFTER = "open", "not_reported"
_TITLES = ("bapak", "ibu", "bu", "pak", "mas", "mbak", "kak", "ning", "gus", "bpk", "sdr", "sdri")


# %(lacking)s is a sentence of its own.
_BEFORE_DUE = gettext_noop(
    "%(greeting)s, %(name)s. Semoga sehat selalu.\n\nKami mengingatkan laporan TPBIS %(month)s "
    "dari %(library)s; batas kirimnya %(deadline)s. %(lacking)s\n\nBisa dilengkapi di sini: "
    "%(link)s\n\nBila ada kendala, kabari saya; dengan senang hati saya bantu. Terima kasih."
    "\n\n%(sender)s"
)
_AFTER_DUE = gettext_noop(
    "%(greeting)s, %(name)s. Semoga sehat selalu.\n\nLaporan TPBIS %(month)s dari %(library)s "
    "masih kami tunggu. Batas kirimnya %(deadline)s, tetapi tetap bisa dikirim sekarang. "
    "%(lacking)s\n\nBisa dilengkapi di sini: %(link)s\n\nBila ada kendala, kabari saya; dengan "
    "senang hati saya bantu. Terima kasih.\n\n%(sender)s"
)
_RETURNED = gettext_noop(
    "%(greeting)s, %(name)s. Semoga sehat selalu.\n\nTerima kasih, laporan TPBIS %(month)s dari "
    "%(library)s sudah kami baca. Ada yang perlu diperbaiki sedikit: %(reason)s. Catatan "
    "lengkapnya ada di sini: %(link)s\n\nSetelah diperbaiki, laporan bisa langsung dikirim lagi. "
    "Bila ada yang kurang jelas, kabari saya. Terima kasih.\n\n%(sender)s"
)
_TO_ALL = gettext_noop(
    "%(greeting)s, Bapak/Ibu pengelola perpustakaan. Terima kasih untuk semua yang laporan TPBIS "
    "%(month)s sudah masuk.\n\nYang masih kami tunggu (batas kirim %(deadline)s):\n%(names)s\n\n"
    "Bila ada kendala, silakan kabari kami; dengan senang hati kami bantu. Laporannya diisi di "
    "%(link)s\n\nSalam,\n%(sender)s"
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to write to at a library, and where; the number is empty where there is none."""

    name: str = ""
    number: str = ""  # as wa.me takes it: 62812…
    shown: str = ""  # as people write it: 0812-…
    is_landline: bool = False


@dataclass(frozen=True, slots=True)
class Wanting:
    """A library that a month is still wanted from."""

    library: Library
    state: str  # "open", "not_reported" or "returned"
    recipient: Recipient
    marked: Reminder | None  # today's mark
    last: Reminder | None  # the newest one about this month
    report: int | None = None  # the one that was returned

    @property
    def is_marked(self) -> bool:
        return self.marked is not None

    @property
    def can_be_written_to(self) -> bool:
        return bool(self.recipient.number)


# --- Who is to be reminded ------------------------------------------------------------------------


def wanting(libraries: LibraryQuerySet, month: date, *, on: date) -> list[Wanting]:
    """Whose report of ``month`` is not there, or was sent back; nobody whose month was excused.
    By name; in a constant number of queries."""
    strips = figures.months_strips(libraries, month, length=1, coloured=False)
    wanted = {
        pk: cell
        for pk, (cell,) in strips.items()
        if cell.state in (_BEFORE, _AFTER, State.RETURNED) and not cell.is_excused
    }
    named = libraries.filter(pk__in=wanted).for_list().order_by("name", "pk")
    reminders: dict[int, Reminder] = {}
    for reminder in Reminder.objects.filter(library__in=wanted, month=month).order_by("marked_on"):
        reminders[reminder.library_id] = reminder
    shown = list(named)
    recipients = recipients_at(shown)
    return [
        Wanting(
            library=library,
            state=wanted[library.pk].state,
            recipient=recipients[library.pk],
            marked=last if (last := reminders.get(library.pk)) and last.marked_on == on else None,
            last=last,
            report=wanted[library.pk].report,
        )
        for library in shown
    ]


def recipients_at(libraries: Sequence[Library]) -> dict[int, Recipient]:
    """The contact of each library; where the register names none, the librarian who signs in."""
    posts = Assignment.objects.in_force().filter(
        library__in=[one.pk for one in libraries],
        user__role=Role.LIBRARIAN,
        user__is_active=True,
    )
    people: dict[int, tuple[str, str]] = {}
    for library, name, phone in posts.order_by("-pk").values_list(
        "library", "user__full_name", "user__phone"
    ):
        if library is not None and (phone or library not in people):
            people[library] = (name, phone)
    return {one.pk: _recipient(one, *people.get(one.pk, ("", ""))) for one in libraries}


def _recipient(library: Library, librarian: str, phone: str) -> Recipient:
    contact = parse_phone(library.contact_phone) if library.contact_phone else None
    if contact is not None and contact.whatsapp:
        return Recipient(
            library.contact_name or librarian, contact.whatsapp, contact.national or ""
        )
    own = parse_phone(phone) if phone else None
    if own is not None and own.whatsapp:
        return Recipient(librarian, own.whatsapp, own.national or "")
    return Recipient(
        library.contact_name or librarian,
        shown=library.contact_phone,
        is_landline=bool(contact is not None and contact.valid),
    )


# --- What is said ---------------------------------------------------------------------------------


def message(one: Wanting, month: date, *, sender: str, at: datetime) -> str:
    """A text for one library: before batas kirim, after it, or about a report that came back."""
    said = {
        "greeting": greeting(at),
        "name": addressed(one.recipient.name),
        "library": one.library.name,
        "month": periods.written(month),
        "deadline": _deadline_in_words(month),
        "link": _link(one, month),
        "sender": sender,
    }
    if one.state == State.RETURNED:
        said["reason"] = _objection(one.report)
        return _(_RETURNED) % said
    said["lacking"] = _lacking(one.library, month)
    return _(_BEFORE_DUE if one.state == _BEFORE else _AFTER_DUE) % said


def group_message(missing: Sequence[Wanting], month: date, *, sender: str, at: datetime) -> str:
    """One text for the group of all: who is still awaited, and thanks to everybody else."""
    names = "\n".join(f"{number}. {one.library.name}" for number, one in enumerate(missing, 1))
    return _(_TO_ALL) % {
        "greeting": greeting(at),
        "month": periods.written(month),
        "deadline": _deadline_in_words(month),
        "names": names,
        "link": f"{settings.TPBIS_PUBLIC_URL}{reverse('home')}",
        "sender": sender,
    }


def chat(number: str, text: str) -> str:
    """The address that opens the chat with the text in it."""
    return f"https://wa.me/{number}?text={quote(text, safe='')}"


def greeting(at: datetime) -> str:
    """By the hour in Jakarta."""
    hour = timezone.localtime(at).hour
    if 3 <= hour < 11:
        return _("Selamat pagi")
    if 11 <= hour < 15:
        return _("Selamat siang")
    return _("Selamat sore") if 15 <= hour < 18 else _("Selamat malam")


def addressed(name: str) -> str:
    """“Bapak/Ibu Siti Aminah”; whoever is written with “Bu” or “Pak” keeps that."""
    name = name.strip()
    if not name:
        return _("Bapak/Ibu pengelola")
    first = name.split()[0].rstrip(".").casefold()
    return name if first in _TITLES else _("Bapak/Ibu %(name)s") % {"name": name}


def _deadline_in_words(month: date) -> str:
    """“5 Desember 2026 (13 hari lagi)”; once it has passed, the day alone."""
    due = activities.deadline(month)
    day = date_format(due.day, "j F Y")
    if due.days_left < 0:
        return day
    if due.days_left == 0:
        return _("hari ini, %(day)s") % {"day": day}
    if due.days_left == 1:
        return _("besok, %(day)s") % {"day": day}
    return _("%(day)s (%(count)s hari lagi)") % {"day": day, "count": due.days_left}


def _lacking(library: Library, month: date) -> str:
    """What is still wanted: kinds and numbers, never what a draft says."""
    (work,) = queries.month_works(library, [month])
    if work.is_empty:
        return _("Bila memang tidak ada kegiatan, cukup nyatakan nihil dan isi jumlah pengunjung.")
    if not work.wanted:
        return _("Isinya sudah lengkap, tinggal dikirim.")
    return _("Yang belum ada: %(wanted)s.") % {"wanted": _in_a_row([str(w) for w in work.wanted])}


def _in_a_row(words: Sequence[str]) -> str:
    """“advokasi, 1 foto, dan jumlah pengunjung”"""
    if len(words) < 3:
        return _(" dan ").join(words)
    return _("%(first)s, dan %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _link(one: Wanting, month: date) -> str:
    if one.state == State.RETURNED and one.report is not None:
        path = reverse("activities:report", kwargs={"pk": one.report})
    else:
        path = reverse("activities:month", kwargs={"month": periods.month_code(month)})
    return f"{settings.TPBIS_PUBLIC_URL}{path}"


def _objection(report: int | None) -> str:
    """Why it came back, in the words of the list."""
    events = ReviewEvent.objects.filter(report=report).defer("content") if report else []
    objection = activities.last_objection(sorted(events, key=lambda one: (one.at, one.pk)))
    if objection is None or objection.action != ReviewAction.RETURNED:
        return _("lihat catatan kami")
    label = str(ReturnReason(objection.reason).label)
    return label[:1].lower() + label[1:]
