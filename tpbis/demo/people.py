"""Who works where and since when: librarians with their accounts, PICs and facilitators, the demo
accounts. The account states are historic: 658 partners had neither account at 30 September 2024."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from libraries.enums import SimState
from libraries.models import Assignment, Library, Region, SimAccount
from stakeholders.models import Membership, Organisation
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.demo import names
from tpbis.demo.cast import BLITAR, KLEMUNAN, LABRUK, LUMAJANG, NAMED, Partner
from tpbis.demo.chance import stream
from tpbis.demo.diary import Diary
from tpbis.demo.published import NEVER_REPORTED

PASSWORD = "tpbis-demo"  # noqa: S105
COUNT_DAY = date(2024, 9, 30)  # the day the accounts were counted
_NEW_ACCOUNTS = COUNT_DAY + timedelta(days=1)
_OFFICIALS_SINCE = date(2022, 12, 1)

# User name, role, place, full name, and what to try with it.
_ACCOUNTS: list[tuple[str, Role, str, str, str]] = [
    ("provinsi", Role.PROVINCE_STAFF, "35", "Retno Wulandari, S.Sos.",
     "Dasbor Jawa Timur Jan-Sep 2024, unduh laporan PDF"),
    ("pimpinan", Role.PROVINCE_VIEWER, "35", "Bambang Prasetyo, M.M.",
     "Peta warna 38 kabupaten/kota, hanya melihat"),
    ("pic.lumajang", Role.REGENCY_PIC, LUMAJANG, "Endah Kusumawati, S.IP.",
     "Periksa laporan yang menunggu: setujui atau kembalikan"),
    ("fasda.lumajang", Role.FACILITATOR, LUMAJANG, "Joko Susilo, S.Pd.",
     "Lihat semua perpustakaan dan laporan Lumajang"),
    ("labruk", Role.LIBRARIAN, LABRUK, "Siti Aminah",
     "Catat kegiatan, kirim laporan bulan ini, lihat rapor"),
    ("pic.blitar", Role.REGENCY_PIC, BLITAR, "Agus Hariyanto, S.Sos.",
     "Antrean Blitar; Lumajang tidak terlihat"),
    ("klemunan", Role.LIBRARIAN, KLEMUNAN, "Dwi Rahayu",
     "Perpustakaan Mawar: laporan dan rapornya"),
    ("bankjatim", Role.SUPPORTER, "35", "Ratna Kartikasari",
     "Dukungan Bank Jatim sendiri, dan cerita dari perpustakaannya"),
]  # fmt: skip
SPEAKS_FOR = {"bankjatim": "Bank Jatim"}
DEMO_ACCOUNTS: list[tuple[str, str, str]] = [
    (username, str(role.label), hint) for username, role, _place, _name, hint in _ACCOUNTS
]


@dataclass(frozen=True, slots=True)
class Post:
    """Someone who looks after a library from a day on."""

    number: int
    starts_on: date
    ends_on: date | None = None


# --- Accounts of the libraries, pure -------------------------------------------------------------


def account_since(partner: Partner, diary: Diary, never: Sequence[int]) -> date | None:
    """The day the library got its first account; None when it never did."""
    rng = stream("account", partner.number)
    first = diary.first_month.get(partner.number)
    if first is not None:
        since = first - timedelta(days=rng.randint(2, 45))
        if first > COUNT_DAY:
            since = max(since, _NEW_ACCOUNTS + timedelta(days=rng.randint(0, 8)))
    elif partner.number in never[:NEVER_REPORTED]:
        since = date(2023, 5, 15) + timedelta(days=rng.randint(0, 300))
    elif partner.number in never:
        since = date(2025, 6, 2) + timedelta(days=rng.randint(0, 300))
    else:
        return None
    return max(since, partner.joined_on)


def posts(
    partners: Iterable[Partner], diary: Diary, never: Sequence[int], today: date
) -> list[Post]:
    """The librarians' posts: one in eight libraries has changed hands."""
    found = []
    for partner in partners:
        since = account_since(partner, diary, never)
        if since is None or since > today:
            continue
        if partner.number in never[:1]:
            continue  # has a SIM account only
        ends = _end(partner, diary, today)
        change = _change(partner, since, ends or today)
        if change is not None:
            found.append(Post(partner.number, since, change - timedelta(days=1)))
            since = change
        found.append(Post(partner.number, since, ends))
    return found


def _change(partner: Partner, since: date, until: date) -> date | None:
    rng = stream("change", partner.number)
    room = (until - since).days - 300
    if partner.code in NAMED or room < 1 or rng.random() > 0.125:
        return None
    return since + timedelta(days=150 + rng.randrange(room))


def _end(partner: Partner, diary: Diary, today: date) -> date | None:
    """Some libraries that no longer report have no librarian either; in Lumajang sooner, so that
    its PIC has somebody to invite."""
    last = diary.last_month.get(partner.number)
    near = partner.regency == LUMAJANG
    if last is None or (not near and stream("end", partner.number).random() > 0.4):
        return None
    ends = last + timedelta(days=100 if near else 240)
    return ends if ends < periods.add_months(periods.first_of_month(today), -1) else None


def sim_states(
    partners: Iterable[Partner], diary: Diary, never: Sequence[int], today: date
) -> list[tuple[int, SimState, date]]:
    """The states of the accounts at Perpusnas, dated."""
    found: list[tuple[int, SimState, date]] = []
    for partner in partners:
        rng = stream("sim", partner.number)
        since = account_since(partner, diary, never)
        proposed = partner.joined_on + timedelta(days=rng.randint(20, 200))
        active = since is not None and (partner.number in never[:1] or rng.random() < 0.85)
        if partner.number in never[1:2]:
            active = False  # has a portal account only
        if active and since is not None:
            found.append((partner.number, SimState.PROPOSED, min(proposed, since)))
            found.append((partner.number, SimState.ACTIVE, since))
            ends = _end(partner, diary, today)
            if ends:
                found.append((partner.number, SimState.INACTIVE, ends))
        elif rng.random() < 0.5:
            found.append((partner.number, SimState.PROPOSED, proposed))
        elif rng.random() < 0.4:
            found.append((partner.number, SimState.NOT_PROPOSED, partner.joined_on))
    return [row for row in found if row[2] <= today]


# --- Written to the database ---------------------------------------------------------------------


@dataclass
class Staff:
    """Who acts for a library or a regency."""

    librarians: dict[int, list[tuple[Post, User]]] = field(default_factory=dict)
    pics: dict[str, User] = field(default_factory=dict)  # by regency code

    def author(self, number: int, on: date) -> User:
        """The librarian in post on a day; the last one before it, or the first ever."""
        serving = self.librarians[number]
        for post, user in reversed(serving):
            if post.starts_on <= on:
                return user
        return serving[0][1]

    def librarian_now(self, number: int) -> User:
        return self.librarians[number][-1][1]


def hire_officials(regencies: Sequence[Region], province: Region) -> Staff:
    """The demo accounts of offices, and a PIC and a facilitator for every other regency."""
    staff = Staff()
    password = make_password(PASSWORD)  # one slow hash for all of them
    places = {region.code: region for region in (*regencies, province)}
    users, regions = [], []
    for username, role, code, full_name, _hint in _ACCOUNTS:
        if role != Role.LIBRARIAN:
            users.append(User(username=username, role=role, full_name=full_name, password=password))
            regions.append(places[code])
    taken = {user.username for user in users}
    for regency in regencies:
        short = slugify(regency.short_name).replace("-", ".")
        for prefix, role in (("pic", Role.REGENCY_PIC), ("fasda", Role.FACILITATOR)):
            rng = stream(prefix, regency.code)
            username = f"{prefix}.{short}"
            if username not in taken:
                users.append(_user(username, role, names.person(rng, degree=True)))
                regions.append(regency)
    for number, user in enumerate(users):
        user.created_at = user.activated_at = periods.midnight(_OFFICIALS_SINCE)
        if user.role == Role.REGENCY_PIC:  # printed on letters: whom to call
            user.phone = f"+62812{33_000_000 + 7_919 * number:08d}"
    User.objects.bulk_create(users)
    Assignment.objects.bulk_create(
        Assignment(user=user, region=region, starts_on=_OFFICIALS_SINCE)
        for user, region in zip(users, regions, strict=True)
        if user.role != Role.SUPPORTER  # who works for no place
    )
    staff.pics = {
        region.code: user
        for user, region in zip(users, regions, strict=True)
        if user.role == Role.REGENCY_PIC
    }
    return staff


def let_speak(organisations: Mapping[str, Organisation]) -> None:
    """Those who look after what their organisation gave; ``organisations`` by name."""
    speakers = {user.username: user for user in User.objects.filter(username__in=SPEAKS_FOR)}
    Membership.objects.bulk_create(
        Membership(
            organisation=organisations[name.lower()],
            user=speakers[username],
            starts_on=_OFFICIALS_SINCE,
        )
        for username, name in SPEAKS_FOR.items()
        if name.lower() in organisations
    )


def hire_librarians(
    staff: Staff, found: Sequence[Post], partners: Sequence[Partner], libraries: dict[int, Library]
) -> None:
    """A user and an assignment for each post; the account of someone who left is closed."""
    by_number = {partner.number: partner for partner in partners}
    known = {code: (username, name) for username, role, code, name, _ in _ACCOUNTS if "." in code}
    password = make_password(PASSWORD)
    taken: set[str] = {account[0] for account in _ACCOUNTS}
    users = []
    for post in found:
        partner = by_number[post.number]
        if partner.code in NAMED:
            username, full_name = known[partner.code]
            user = User(
                username=username, role=Role.LIBRARIAN, full_name=full_name, password=password
            )
        else:
            rng = stream("librarian", post.number, post.starts_on)
            user = _user(_free_name(partner, taken), Role.LIBRARIAN, names.person(rng))
        user.created_at = user.activated_at = periods.midnight(post.starts_on)
        user.is_active = post.ends_on is None
        users.append(user)
    User.objects.bulk_create(users, batch_size=500)
    Assignment.objects.bulk_create(
        (
            Assignment(
                user=user,
                library=libraries[post.number],
                starts_on=post.starts_on,
                ends_on=post.ends_on,
            )
            for user, post in zip(users, found, strict=True)
        ),
        batch_size=500,
    )
    for user, post in zip(users, found, strict=True):
        staff.librarians.setdefault(post.number, []).append((post, user))


def note_sim_accounts(
    states: Iterable[tuple[int, SimState, date]], libraries: dict[int, Library]
) -> None:
    SimAccount.objects.bulk_create(
        (
            SimAccount(library=libraries[number], state=state, since_on=since)
            for number, state, since in states
        ),
        batch_size=500,
    )


def _user(username: str, role: Role, full_name: str) -> User:
    """An account nobody can sign in with."""
    user = User(username=username, role=role, full_name=full_name)
    user.set_unusable_password()
    return user


def _free_name(partner: Partner, taken: set[str]) -> str:
    wanted = slugify(partner.place.removeprefix("Kabupaten ")).replace("-", ".")
    username, again = wanted, 1
    while username in taken:
        again += 1
        username = f"{wanted}.{again}"
    taken.add(username)
    return username
