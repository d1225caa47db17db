"""What a progress report opens with: cover, letter, contents, the line at the foot of each page. It
is known before any chapter's figures are, and can be set while those are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from libraries.enums import Level
from libraries.models import Region
from reports.documents import offices, one_library
from reports.documents.briefs import Brief, LetterFields, Section, letter_fields
from reports.documents.chapters import Frame
from reports.documents.offices import Letterhead
from reports.documents.one_library import OneLibrary
from reports.figures import Dashboard
from tpbis.core.periods import Period

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter of the report proper: one of the office's outline, or one that its maker wrote."""

    key: str  # of offices.OUTLINE; "own" for the latter
    number: str  # in Roman
    title: str
    anchor: str
    own: Section | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    region: Region
    period: Period
    before: Period
    as_of: datetime
    rule_versions: tuple[int, ...]
    letterhead: Letterhead
    headings: tuple[Heading, ...] = ()
    brief: Brief = field(default_factory=Brief)
    letter: LetterFields = field(default_factory=LetterFields)
    legal_basis: tuple[str, ...] = offices.LEGAL_BASIS
    library: OneLibrary | None = None

    @property
    def frame(self) -> Frame:
        return Frame(self.period, self.before, is_of_province=self.is_of_province)

    @property
    def is_of_province(self) -> bool:
        return self.region.level == Level.PROVINCE

    @property
    def part(self) -> str:
        """What the region is divided into."""
        return "kabupaten/kota" if self.is_of_province else "kecamatan"

    @property
    def states_sources_apart(self) -> bool:
        """They are never left out, even where the chapter they belong to is."""
        return all(heading.key != "introduction" for heading in self.headings)

    @property
    def subject(self) -> str:
        """Whose progress it is."""
        return self.library.library.name if self.library else self.region.title

    @property
    def title(self) -> str:
        return f"Laporan Capaian TPBIS {self.subject}, {self.period}"

    @property
    def signed_on(self) -> date:
        return timezone.localdate(self.as_of)


def opening_of(whole: Dashboard, brief: Brief) -> Opening:
    library = one_library.one_library(brief.library, whole.period) if brief.library else None
    region = brief.library.regency if brief.library else whole.region
    office = offices.office_of(region)
    return Opening(
        region=whole.region,
        period=whole.period,
        before=whole.before,
        as_of=whole.as_of,
        rule_versions=whole.rule_versions,
        letterhead=offices.head_of(office, region),
        headings=tuple(_headings(offices.outline(office), brief.more)),
        brief=brief,
        letter=letter_fields(office, brief.letter),
        legal_basis=offices.legal_basis(office),
        library=library,
    )


def _headings(outline: Sequence[str], own: Sequence[Section]) -> Iterable[Heading]:
    """What its maker wrote comes before the closing words, or last where there are none."""
    keys: list[tuple[str, str, Section | None]] = [
        (key, offices.OUTLINE[key], None) for key in outline
    ]
    at = outline.index("closing") if "closing" in outline else len(keys)
    keys[at:at] = [("own", section.title, section) for section in own]
    for place, (key, title, section) in enumerate(keys, start=1):
        yield Heading(key, _ROMAN[place - 1], title, f"bab-{place}", section)
