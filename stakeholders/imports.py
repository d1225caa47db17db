"""Supporting bodies from a table: what each row says, what is wrong with it, and what it would do.
Whom to call is not taken from a file: consent is given by a person."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from libraries.enums import Theme
from libraries.models import Region
from stakeholders.enums import OrganisationKind
from stakeholders.forms.organisations import OrganisationForm, regencies
from stakeholders.models import Organisation
from stakeholders.services import Profile
from tpbis.accounts.models import User
from tpbis.core import texts
from tpbis.core.spreadsheets import Cell, Sheet, Table

HEADINGS = {
    "name": "Nama lembaga",
    "kind": "Jenis lembaga",
    "themes": "Bidang",
    "regions": "Wilayah minat",
    "about": "Tentang lembaga",
    "website": "Situs web",
}
_ALSO = {"lembaga": "name", "nama": "name", "jenis": "kind", "wilayah": "regions"}
_SALT = "stakeholders.imports"
_HOLDS = 2 * 60 * 60  # seconds between looking at a preview and agreeing to it
_MOST_SENT = 1_500_000  # characters that a page carries along

Rows = Sequence[tuple[int, Mapping[str, str]]]


class BadImport(Exception):
    """The table is none of organisations; the text says why."""


class PreviewGone(Exception):
    """The preview was of somebody else, of long ago, or never made here."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: ``known`` is the organisation that it changes, ``problems`` the columns that are
    wrong and why; then nothing of it is written."""

    number: int
    name: str
    profile: Profile | None
    known: Organisation | None
    problems: tuple[tuple[str, str], ...]
    is_same: bool = False

    @property
    def is_new(self) -> bool:
        return not self.problems and self.known is None


@dataclass(frozen=True, slots=True)
class Preview:
    lines: tuple[Line, ...]

    @property
    def new(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def changed(self) -> int:
        return len(self.sound) - self.new

    @property
    def rejected(self) -> int:
        return sum(bool(line.problems) for line in self.lines)

    @property
    def same(self) -> int:
        return sum(line.is_same for line in self.lines)

    @property
    def sound(self) -> list[Line]:
        """Those that would be written."""
        return [line for line in self.lines if not line.problems and not line.is_same]

    @property
    def fingerprint(self) -> str:
        """Equal for two that do and refuse the same."""
        said = [
            (one.number, one.name, one.known.pk if one.known else 0, one.is_same, one.problems)
            for one in self.lines
        ]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:32]


# --- Reading --------------------------------------------------------------------------------------


def rows_of(table: Table) -> Rows:
    """What the rows below the heading say, by field. Raises :class:`BadImport`."""
    if not table.rows:
        raise BadImport(_("Berkas kosong."))
    known = {texts.key(heading): name for name, heading in HEADINGS.items()} | _ALSO
    head = [known.get(texts.key(cell), "") for cell in table.rows[0].cells]
    if "name" not in head:
        raise BadImport(_("Kolom “Nama lembaga” tidak ada di baris pertama. Pakai templatnya."))
    found = [
        (row.number, {name: cell for name, cell in zip(head, row.cells, strict=False) if name})
        for row in table.rows[1:]
    ]
    if not found:
        raise BadImport(_("Tidak ada baris di bawah judul kolom."))
    return found


def preview(rows: Rows) -> Preview:
    """What importing would do; writes nothing."""
    regions = {one.code: one for one in regencies()}
    words = _Words(regions)
    known = _known()
    seen: dict[str, int] = {}
    lines = []
    for number, said in rows:
        form = OrganisationForm(words.data(said), known_regions=regions)
        name = texts.plain(said.get("name", ""))[:200]
        if not form.is_valid():
            problems = tuple(
                (HEADINGS.get(field, field), str(error))
                for field, errors in form.errors.items()
                for error in errors
            )
            lines.append(Line(number, name, None, None, problems))
            continue
        key = name.casefold()
        if first := seen.get(key):
            text = _("Nama ini sudah ada di baris %(row)s.") % {"row": first}
            lines.append(Line(number, name, None, None, ((HEADINGS["name"], text),)))
            continue
        seen[key] = number
        lines.append(_line(number, form.profile, known.get(key), said))
    return Preview(tuple(lines))


def _line(
    number: int, profile: Profile, known: Organisation | None, said: Mapping[str, str]
) -> Line:
    """Of one that the register has, only what the row says is changed."""
    if known is None:
        return Line(number, profile.name, profile, None, ())
    now = Profile(
        name=known.name,
        kind=OrganisationKind(known.kind),
        themes=tuple(known.themes),
        about=known.about,
        website=known.website,
        regions=tuple(sorted(known.regions.all(), key=lambda one: one.code)),
    )
    told = {name: getattr(profile, name) for name, text in said.items() if text.strip()}
    told["name"] = known.name
    if "regions" in told:
        told["regions"] = tuple(sorted(told["regions"], key=lambda one: one.code))
    then = Profile(**{name: told.get(name, getattr(now, name)) for name in HEADINGS})
    return Line(number, known.name, then, known, (), is_same=then == now)


def _known() -> dict[str, Organisation]:
    """The register by name, also by names it had before a merger."""
    register = Organisation.objects.in_register().prefetch_related("regions", "merged")
    found: dict[str, Organisation] = {}
    for one in register:
        for former in one.merged.all():
            found.setdefault(former.name.casefold(), one)
    return found | {one.name.casefold(): one for one in register}


class _Words:
    """What people write for what a list knows."""

    def __init__(self, regions: Mapping[str, Region]) -> None:
        self._kinds = _by_words(OrganisationKind)
        self._themes = _by_words(Theme)
        self._regions = {texts.key(one.title): code for code, one in regions.items()}
        self._regions |= {texts.key(one.short_name): code for code, one in regions.items()}
        self._regions |= {texts.key(code): code for code in regions}

    def data(self, said: Mapping[str, str]) -> dict[str, Any]:
        kind = said.get("kind", "").strip()
        return {
            **{name: said.get(name, "") for name in ("name", "about", "website")},
            "kind": self._kinds.get(texts.key(kind), kind) if kind else OrganisationKind.OTHER,
            "themes": _each(said.get("themes", ""), self._themes),
            "regions": _each(said.get("regions", ""), self._regions),
        }


def _by_words(choices: type[Any]) -> dict[str, str]:
    return {
        texts.key(str(text)): value for value, label in choices.choices for text in (value, label)
    }


def _each(written: str, known: Mapping[str, str]) -> list[str]:
    parts = [part.strip() for part in written.replace(",", ";").split(";")]
    return [known.get(texts.key(part), part) for part in parts if part]


# --- Between looking and agreeing -----------------------------------------------------------------


def carried(rows: Rows, by: User) -> str:
    """The rows as a page carries them along, sealed. Raises :class:`BadImport`."""
    sealed = signing.dumps([by.pk, [*rows]], salt=_SALT, compress=True)
    if len(sealed) > _MOST_SENT:
        raise BadImport(_("Isi berkas ini terlalu panjang. Bagi menjadi beberapa berkas."))
    return sealed


def opened(sealed: str, by: User) -> Rows:
    """Raises :class:`PreviewGone`."""
    try:
        owner, rows = signing.loads(sealed, salt=_SALT, max_age=_HOLDS)
    except signing.BadSignature:
        raise PreviewGone(_("Pratinjau ini sudah kedaluwarsa. Unggah lagi berkasnya.")) from None
    if owner != by.pk:
        raise PreviewGone(_("Pratinjau ini sudah kedaluwarsa. Unggah lagi berkasnya."))
    return [(number, said) for number, said in rows]


# --- To fill in -----------------------------------------------------------------------------------


def template() -> list[Sheet]:
    """The headings, and on a second sheet what cells may say."""
    words: list[Sequence[Cell]] = [[_("Kolom"), _("Isian")]]
    words.append([HEADINGS["name"], _("Wajib. Nama yang sudah ada diperbarui.")])
    words += [[HEADINGS["kind"], str(label)] for label in OrganisationKind.labels]
    words += [[HEADINGS["themes"], str(label)] for label in Theme.labels]
    words.append([HEADINGS["themes"], _("Pisahkan beberapa bidang dengan titik koma.")])
    words.append([HEADINGS["regions"], _("Nama atau kode kabupaten/kota; kosong: di mana saja.")])
    words.append([HEADINGS["website"], _("Diawali https://")])
    return [
        Sheet(_("Lembaga pendukung"), [[*HEADINGS.values()]], has_filter=False),
        Sheet(_("Isian yang dikenal"), words, has_filter=False),
    ]
