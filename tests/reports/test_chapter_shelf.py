"""A chapter is never taken from the shelf when anything it says has changed; others stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from activities.enums import Kind
from kpi import services as kpi
from kpi.models import MonthlyTally, Score
from libraries.models import Inactivity, Library, Region
from reports.documents import content, printing, shelf
from reports.documents.briefs import Brief, Section, paragraphs
from reports.models import Office
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership, Support
from tests import factories
from tests.reports.worlds import QUARTER, World, all_regencies, office_of, small_province
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db
LUMAJANG, BLITAR = "35.08", "35.05"


@pytest.fixture
def world(library, other_library, librarian, pic, stranger, strange_pic) -> World:
    return small_province(library, other_library, librarian, pic, stranger, strange_pic)


def report(*, brief: Brief | None = None, period: Period = QUARTER) -> content.ProgressReport:
    province = Region.objects.get(code="35")
    libraries = Library.objects.within("35")
    return content.progress(province, libraries, period, as_of=timezone.now(), brief=brief)


def names(of: content.ProgressReport | None = None) -> dict[str, str]:
    of = of or report()
    return {chapter.key: shelf.name_of(of.frame, chapter) for chapter in of.chapters}


def changed(before: dict[str, str]) -> set[str]:
    after = names()
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_the_same_figures_are_the_same_chapters_whenever_they_are_read(world):
    assert names() == names()


# --- What a chapter says --------------------------------------------------------------------------


def colour(world: World, by: User) -> None:
    Score.objects.filter(library=world.yellow, through=QUARTER.end).update(colour="red")


def points(world: World, by: User) -> None:
    Score.objects.filter(library=world.yellow, through=QUARTER.end).update(points=1)


def visitors(world: World, by: User) -> None:
    MonthlyTally.objects.filter(library=world.yellow, month=QUARTER.end).update(visits_total=999)


def before(world: World, by: User) -> None:
    """Only the figure it is compared with."""
    MonthlyTally.objects.create(library=world.yellow, month=date(2023, 2, 1), visits_total=4)


def seal(world: World, by: User) -> None:
    """The same figures, from other content."""
    MonthlyTally.objects.filter(library=world.yellow, month=QUARTER.end).update(seals="0" * 64)


def approval(world: World, by: User) -> None:
    librarian = factories.someone(Role.LIBRARIAN, world.silent)
    judge = factories.someone(Role.REGENCY_PIC, world.silent.regency)
    factories.approved(world.silent, librarian, judge, Kind.SERVICE, month=QUARTER.end)
    kpi.count_and_rescore(library=world.silent, month=QUARTER.end)


def partnership(world: World, by: User) -> None:
    Partnership.objects.create(
        organisation=Organisation.objects.create(name="Bank Jatim"),
        library=world.yellow,
        kind=PartnershipKind.values[0],
        starts_on=date(2024, 1, 1),
        recorded_by=by,
    )


def name(world: World, by: User) -> None:
    Library.objects.filter(pk=world.silent.pk).update(name="Perpustakaan Lain")


def village(world: World, by: User) -> None:
    Region.objects.filter(pk=world.silent.region_id).update(name="Desa Lain")


def district(world: World, by: User) -> None:
    Region.objects.filter(pk=world.silent.region.parent_id).update(name="Kecamatan Lain")


def regency(world: World, by: User) -> None:
    Region.objects.filter(code=LUMAJANG).update(name="Kabupaten Lain")


def joined_later(world: World, by: User) -> None:
    Library.objects.filter(pk=world.silent.pk).update(joined_on=date(2024, 5, 1))


def closed(world: World, by: User) -> None:
    Inactivity.objects.create(library=world.silent, starts_on=date(2024, 2, 1), reason="Tutup")


def new_library(world: World, by: User) -> None:
    factories.LibraryFactory(region=world.yellow.region)


def on_paper(world: World, by: User) -> None:
    """Nobody expects a report of it any more."""
    Region.objects.filter(code=LUMAJANG).update(reporting_mode="sim")


@pytest.mark.parametrize(
    "change",
    [
        *(colour, points, visitors, before, seal, approval, partnership, name, village, district),
        *(regency, joined_later, closed, new_library, on_paper),
    ],
)
def test_what_changes_in_one_regency_is_another_chapter_and_only_that(
    world, staff, change: Callable[[World, User], None]
):
    known = names()

    change(world, staff)

    assert changed(known) == {LUMAJANG}


def test_library_that_moves_is_told_in_both_chapters(world, blitar):
    known = names()

    world.silent.region = world.red.region
    world.silent.regency = blitar
    world.silent.save()

    assert changed(known) == {LUMAJANG, BLITAR}


# --- What all of them say -------------------------------------------------------------------------


def test_other_rules_are_other_chapters(world, monkeypatch):
    known = names()
    monkeypatch.setattr("reports.figures.areas.rule_versions", lambda through: (7,))

    assert changed(known) == {LUMAJANG, BLITAR}


def test_other_periods_are_other_chapters(world):
    known = names()
    period = Period(QUARTER.start, date(2024, 2, 1))
    brief = Brief(compared="sebelumnya")

    assert not set(known.values()) & set(names(report(period=period)).values())
    assert not set(known.values()) & set(names(report(brief=brief)).values())


def test_other_words_are_other_chapters(world):
    known = names()

    with translation.override("en"):
        assert not set(known.values()) & set(names().values())


def test_other_templates_code_or_styles_are_other_chapters(world, monkeypatch, tmp_path):
    known, made_by = names(), shelf.made_by()
    (tmp_path / "chapter.html").write_text("lain")
    monkeypatch.setattr(shelf, "_ROOT", tmp_path)
    monkeypatch.setattr(shelf, "_MADE_BY", ("chapter.html",))
    shelf.made_by.cache_clear()
    try:
        first = shelf.made_by()
        (tmp_path / "chapter.html").write_text("lain lagi")
        shelf.made_by.cache_clear()
        second = shelf.made_by()
        assert len({made_by, first, second}) == 3
        assert changed(known) == {LUMAJANG, BLITAR}
    finally:
        shelf.made_by.cache_clear()


@pytest.mark.parametrize("name", ["templates/reports/pdf/chapter.html", "static/css/print.css"])
def test_what_a_chapter_is_written_by_is_looked_at(name):
    assert shelf._ROOT / name in set(shelf._files())


# --- What chapters do not say ---------------------------------------------------------------------


def test_office_and_what_its_maker_wrote_change_no_chapter_but_the_report(world, province):
    first = report()
    known = names(first)
    office_of(province)
    Office.objects.update(signer_name="Drs. Lain")
    brief = Brief(obstacles=paragraphs("Sinyal."), more=(Section("Lampau", paragraphs("x")),))

    second = report(brief=brief)

    assert names(second) == known
    said = "".join(
        printing.render_to_string("reports/pdf/front.html", {"report": second, "piece": piece})
        for piece in printing.pieces(second)
    )
    for expected in ("Drs. Lain", "Sinyal.", "Lampau"):
        assert expected in said


def test_support_changes_no_chapter(world, staff, lumajang):
    known = names()
    Support.objects.create(
        organisation=Organisation.objects.create(name="Bank Jatim"),
        region=lumajang,
        kind=PartnershipKind.values[0],
        given_on=date(2024, 2, 1),
        rupiah=5,
        description="Buku",
        recorded_by=staff,
    )

    assert changed(known) == set()


# --- How they are read ----------------------------------------------------------------------------


def test_chapters_of_a_province_are_read_together(world):
    with CaptureQueriesContext(connection) as few:
        report()
    all_regencies()

    with CaptureQueriesContext(connection) as many:
        assert len(report().chapters) == 38

    assert len(many) == len(few)


def test_regencies_read_apart_say_the_same(world, monkeypatch):
    together = names()
    monkeypatch.setattr("reports.documents.chapters._TOGETHER", 1)

    assert names() == together


def test_chapters_of_a_province_say_what_the_regencys_own_report_says(world):
    for chapter in report().chapters:
        place = Region.objects.get(code=chapter.key)
        own = content.progress(
            place, Library.objects.within(place.code), QUARTER, as_of=timezone.now()
        )
        assert own.chapters == (chapter,)


def test_a_table_that_is_not_its_headline_is_read_again(world):
    chapter = report().chapters[0]

    assert chapter.adds_up
    assert not replace(chapter, libraries=chapter.libraries[1:]).adds_up
