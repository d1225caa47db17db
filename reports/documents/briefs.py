"""What a progress report was asked for with: compared with what, counting which libraries, with
which words of its maker's own, under which number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from libraries.enums import LibraryKind, ProgrammeSource
from libraries.models import Library
from reports.models import Document, Office
from tpbis.core.periods import Period

MOST_LETTERS = 5_000  # of one section
MOST_SECTIONS = 5  # of one's own, beside the usual ones

LANGUAGE = "id"
COMPARED = ("sebelumnya", "tahun-lalu")

Paragraphs = tuple[tuple[str, ...], ...]  # of lines


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter that its maker wrote."""

    title: str
    text: Paragraphs


@dataclass(frozen=True, slots=True)
class LetterFields:
    """Of the letter that a report is sent with; none where nobody has filled in anything."""

    number: str = ""
    nature: str = ""
    attachment: str = ""
    subject: str = ""
    recipient: str = ""

    def __bool__(self) -> bool:
        return bool(self.number or self.nature or self.attachment or self.subject)


@dataclass(frozen=True, slots=True)
class Brief:
    library: Library | None = None
    compared: str = ""  # one of COMPARED; else what is usual for the period
    narrowing: tuple[tuple[str, str], ...] = ()  # in words
    obstacles: Paragraphs = ()
    follow_up: Paragraphs = ()
    more: tuple[Section, ...] = ()
    letter: Mapping[str, str] | None = None

    def before(self, period: Period) -> Period:
        if self.compared == "sebelumnya":
            return period.previous
        return period.year_before if self.compared == "tahun-lalu" else period.compared_with

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowing)


def brief_of(document: Document) -> Brief:
    said: Mapping[str, Any] = document.details
    return Brief(
        library=document.library,
        compared=said.get("before", ""),
        narrowing=tuple(in_words(document.narrowing)),
        obstacles=paragraphs(said.get("obstacles", "")),
        follow_up=paragraphs(said.get("follow_up", "")),
        more=tuple(Section(one["title"], paragraphs(one["text"])) for one in said.get("more", ())),
        letter=said.get("letter"),
    )


def letter_fields(office: Office | None, asked: Mapping[str, str] | None) -> LetterFields:
    """What the document says, else what the office usually says. A regency that borrows its
    province's office borrows the fields too."""
    usual = (
        {
            "number": office.letter_number,
            "nature": office.letter_nature,
            "attachment": office.letter_attachment,
            "subject": office.letter_subject,
        }
        if office
        else {}
    )
    return LetterFields(**(usual | {name: text for name, text in (asked or {}).items() if text}))


def paragraphs(text: str) -> Paragraphs:
    """An empty line parts paragraphs; every other line break stays one. Nothing is interpreted."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return tuple(tuple(one) for one in found if one)


def in_words(narrowing: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    with translation.override(LANGUAGE):
        if kind := narrowing.get("jenis"):
            yield "Jenis perpustakaan", str(LibraryKind(kind).label)
        if source := narrowing.get("sumber"):
            yield "Sumber program", str(ProgrammeSource(source).label)
        if year := narrowing.get("tahun"):
            yield "Tahun bergabung", year
        if tag := narrowing.get("tanda"):
            yield "Tanda program", tag
