"""From content to a file: chapters are set by themselves, kept by what they say, and bound."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

from reports.documents import shelf
from reports.documents.content import (
    LANGUAGE,
    Chapter,
    Frame,
    Heading,
    Opening,
    ProgressReport,
    through,
)

if TYPE_CHECKING:
    from reports import pdf

Told = Callable[[int, int, str], None]  # step, steps, what is being done

_COVER_PAGES = 2  # a first guess of what cover and contents take
_BODY = "Ringkasan dan isi"


class NotPrinted(Exception):
    """No document came of it; the text names the ``part`` and says why."""

    def __init__(self, text: str, *, part: str) -> None:
        super().__init__(text)
        self.part = part


@dataclass(frozen=True, slots=True)
class Printed:
    content: bytes
    pages: int


def begin_chapter(frame: Frame, chapter: Chapter, *, press: "pdf.Press") -> None:
    """Have it set while the figures of the next are read."""
    name = shelf.name_of(frame, chapter)
    if press.asked_for(name) is None and shelf.take(name) is None:
        _lay_out(frame, chapter, name, press)


def begin_opening(opening: Opening, *, press: "pdf.Press") -> None:
    """Have cover and page numbers set as they were when such a document was made before: most often
    they are so again, and ready by the time their turn comes."""
    if plan := _remembered(opening):
        press.lay_out(_cover(opening, plan))
        press.lay_out(_numbers(opening, plan.pages))


def print_progress(report: ProgressReport, *, press: "pdf.Press", told: Told) -> Printed:
    """Set and bind ``report``. ``told`` hears of each part; what it raises ends the work."""
    from reports import pdf

    steps = len(report.chapters) + 2
    # Before the chapters that still wait: whatever else there is is shorter.
    body_begun = _begin_body(report, press)
    chapters = _set_chapters(report, press, told, steps)
    told(steps - 2, steps, _BODY)
    body = [begun.part(number) for number, begun in enumerate(body_begun)]
    cover = _set_cover(report, press, body, chapters)
    told(steps - 1, steps, "Menyatukan halaman")
    bound = pdf.bind(
        [pdf.Part("sampul", "Sampul", cover), *body],
        [pdf.Part(c.key, c.title, chapters[c.key]) for c in report.chapters],
        chapters_title=chapters_title(report),
        information={
            "Title": report.title,
            "Author": report.letterhead.office,
            "Subject": through(report.period),
            "Creator": "Portal TPBIS",
        },
        language=LANGUAGE,
        stamps=lambda pages: result_of(press.lay_out(_numbers(report, pages)), "Nomor halaman"),
    )
    return Printed(content=bound.content, pages=bound.pages)


def chapters_title(opening: Opening) -> str:
    if opening.is_of_province:
        return "Lampiran: capaian kabupaten/kota"
    return "Lampiran: daftar perpustakaan"


# --- The report proper ----------------------------------------------------------------------------


class Results(StrEnum):
    """What of the chapter of results a piece holds: the last two begin pages of their own."""

    WHOLE = ""
    MEASURED = "measured"
    SPREAD = "spread"
    AREAS = "areas"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the report proper that is set by itself: two children are faster than one, and what
    says the same as in an earlier document is not set again."""

    headings: tuple[Heading, ...]
    has_summary: bool = False
    results: Results = Results.WHOLE

    @property
    def depth(self) -> int:
        """How deep its bookmarks hang in what was begun before it."""
        return 1 if self.results in (Results.SPREAD, Results.AREAS) else 0


def pieces(report: ProgressReport) -> list[Piece]:
    """The results, as large as all the rest, stand alone, of a region in three; the closing words,
    which begin no page of their own, stay with what they follow."""
    found: list[list[Heading]] = [[]]
    for heading in report.headings:
        last = found[-1][-1] if found[-1] else None
        is_apart = heading.key == "results" or (last is not None and last.key == "results")
        if is_apart and heading.key != "closing":
            found.append([])
        found[-1].append(heading)
    return [
        piece
        for number, headings in enumerate(found)
        for piece in _divided(report, Piece(tuple(headings), has_summary=number == 0))
    ]


def _divided(report: ProgressReport, piece: Piece) -> list[Piece]:
    keys = [heading.key for heading in piece.headings]
    if keys != ["results"] or report.library:
        return [piece]
    return [
        Piece(piece.headings, results=held)
        for held in (Results.MEASURED, Results.SPREAD, Results.AREAS)
    ]


@dataclass(frozen=True, slots=True)
class _Begun:
    piece: Piece
    name: str  # on the shelf
    made: "Future[bytes]"
    is_known: bool

    def part(self, number: int) -> "pdf.Part":
        from reports import pdf

        content = result_of(self.made, _BODY)
        if not self.is_known:
            shelf.put(self.name, content)
        return pdf.Part(f"isi-{number}", _BODY, content, depth=self.piece.depth)


def _begin_body(report: ProgressReport, press: "pdf.Press") -> list[_Begun]:
    """What says the same, word for word, as in an earlier document comes from the shelf."""
    begun = []
    for piece in pieces(report):
        html = render_to_string("reports/pdf/front.html", {"report": report, "piece": piece})
        name = shelf.name_of_words(html)
        known = shelf.take(name)
        made = press.lay_out(html, first=True) if known is None else _known(known)
        begun.append(_Begun(piece, name, made, is_known=known is not None))
    return begun


def _known(content: bytes) -> "Future[bytes]":
    made: Future[bytes] = Future()
    made.set_result(content)
    return made


# --- Chapters -------------------------------------------------------------------------------------


def _set_chapters(
    report: ProgressReport, press: "pdf.Press", told: Told, steps: int
) -> dict[str, bytes]:
    """Each chapter's pages by its key, two being set at a time; known ones come from the shelf."""
    done: dict[str, bytes] = {}
    running: dict[Future[bytes], tuple[Chapter, str]] = {}
    for chapter in report.chapters:
        told(len(done), steps, chapter.title)
        name = shelf.name_of(report.frame, chapter)
        if (begun := press.asked_for(name)) is not None:
            running[begun] = (chapter, name)
        elif (kept := shelf.take(name)) is not None:
            done[chapter.key] = kept
        else:
            running[_lay_out(report.frame, chapter, name, press)] = (chapter, name)
    for future in as_completed(running):
        chapter, name = running[future]
        done[chapter.key] = result_of(future, chapter.title)
        shelf.put(name, done[chapter.key])
        told(len(done), steps, chapter.title)
    return done


def _lay_out(frame: Frame, chapter: Chapter, name: str, press: "pdf.Press") -> "Future[bytes]":
    html = render_to_string("reports/pdf/chapter.html", {"frame": frame, "chapter": chapter})
    return press.lay_out(html, name=name)


@dataclass(frozen=True, slots=True)
class _Plan:
    """On which pages everything stands, cover and contents not counted."""

    headings: "tuple[pdf.Heading, ...]"
    body: int  # pages of the report proper
    chapters: tuple[tuple[str, str, int], ...]  # key, title and pages of each
    cover: int  # pages of cover and contents; at first a guess

    @property
    def pages(self) -> int:
        return self.cover + self.body + sum(pages for _key, _title, pages in self.chapters)


def _set_cover(
    report: ProgressReport,
    press: "pdf.Press",
    body: "Sequence[pdf.Part]",
    chapters: dict[str, bytes],
) -> bytes:
    """Cover and contents. How many pages they take shifts every page they list, so they are set
    again until the guess was right."""
    from reports import pdf

    before = _remembered(report)
    plan = _Plan(
        headings=pdf.headings(body),
        body=sum(pdf.page_count(part.content) for part in body),
        chapters=tuple(
            (chapter.key, chapter.title, pdf.page_count(chapters[chapter.key]))
            for chapter in report.chapters
        ),
        cover=before.cover if before else _COVER_PAGES,
    )
    for _attempt in range(3):
        cover = result_of(press.lay_out(_cover(report, plan)), "Sampul")
        taken = pdf.page_count(cover)
        if taken == plan.cover:
            break
        plan = replace(plan, cover=taken)
    if plan != before:
        _remember(report, plan)
    return cover


def _cover(opening: Opening, plan: _Plan) -> str:
    page = plan.cover + plan.body + 1
    listed = []
    for key, title, pages in plan.chapters:
        listed.append((key, title, page))
        page += pages
    content = {
        "report": opening,
        "headings": [replace(one, page=one.page + plan.cover + 1) for one in plan.headings],
        "listed": listed,
        "chapters_title": chapters_title(opening),
    }
    return render_to_string("reports/pdf/cover.html", content)


def _numbers(opening: Opening, pages: int) -> str:
    from reports import pdf

    sheets = {"report": opening, "pages": pages, **pdf.numbering(pages)}
    return render_to_string("reports/pdf/stamps.html", sheets)


def _plan_name(opening: Opening) -> str:
    return shelf.name_of_plan(opening.frame, opening.region.code, opening.subject)


def _remembered(opening: Opening) -> _Plan | None:
    from reports import pdf

    if (kept := shelf.take(_plan_name(opening))) is None:
        return None
    try:
        headings, body, chapters, cover = json.loads(kept)
        return _Plan(
            headings=tuple(pdf.Heading(*one) for one in headings),
            body=body,
            chapters=tuple((key, title, pages) for key, title, pages in chapters),
            cover=cover,
        )
    except (ValueError, TypeError):  # half of one
        return None


def _remember(report: ProgressReport, plan: _Plan) -> None:
    headings = [(one.title, one.depth, one.page, one.key) for one in plan.headings]
    said = json.dumps([headings, plan.body, plan.chapters, plan.cover])
    shelf.put(_plan_name(report), said.encode())


def result_of(future: "Future[bytes]", name: str) -> bytes:
    """The pages of the part ``name``. Raises :class:`NotPrinted`, which names it."""
    from reports import pdf

    try:
        return future.result()
    except pdf.NotLaidOut as problem:
        raise NotPrinted(f"Bagian “{name}” tidak jadi: {problem}.", part=name) from problem
