"""The *rapor*: what one more entry brings, what waits, what moved, and the way ahead."""

from datetime import date
from functools import partial

import pytest
from django.urls import reverse

from activities import services as activities
from activities.enums import Kind
from kpi import scoring
from kpi import services as kpi
from kpi.enums import Colour, Grey
from kpi.models import RuleSet, Score
from libraries.enums import ReportingMode
from libraries.models import Library, Region
from reports import figures
from reports.documents.wording.rapor import Change, rapor_of, signed
from reports.documents.wording.ways import Way, steps_of
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock, wib
from tests.reports.words import words

JANUARY, MARCH, SEPTEMBER = date(2026, 1, 1), date(2026, 3, 1), date(2026, 9, 1)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
PLENTY = (*[Kind.INVOLVEMENT] * 6, *[Kind.ADVOCACY] * 2, Kind.SERVICE, *[Kind.PUBLICATION] * 3)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def more_of(rapor: figures.Rapor) -> dict[str, scoring.Result | None]:
    return {line.measure: one for line, one in zip(rapor.lines, rapor.one_more, strict=True)}


# --- What one more entry brings -------------------------------------------------------------------


def test_one_more_is_what_the_engine_says_of_one_more(library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    found = figures.rapor(library, NOVEMBER)
    rules, due = found.rule_set.rules, found.months_due

    more = more_of(found)

    with_one = {
        "involvement": found.inputs._replace(involvement=2, participants=35),
        "participants": found.inputs._replace(involvement=2, participants=35),
        "advocacy": found.inputs._replace(advocacy=2),
        "service": found.inputs._replace(service=2),
        "visit_months": found.inputs._replace(visit_months=2),
        "publications": found.inputs._replace(publications=1),
        "sustainability": found.inputs._replace(sustainability=2),
    }
    assert more == {name: scoring.score(one, rules, due) for name, one in with_one.items()}


def test_one_more_is_honest_where_it_brings_nothing(client, library, librarian):
    for month in range(1, 12):
        approve(library, *PLENTY, month=date(2026, month, 1), by=librarian)

    view = rapor_of(library, NOVEMBER)

    assert more_of(view.rapor)["visit_months"] is None  # each month has its figure
    assert {line.measure.value: line.gain for line in view.lines if line.gain} == {}
    client.force_login(librarian)
    text = words(client.get(library.get_absolute_url()))
    assert "Bulan dengan data pengunjung".lower() in text
    assert "semua bulan terisi" in text
    assert "+0, target tercapai" in text


def test_entry_that_opens_the_gate_says_which_colour_it_leads_to(library, librarian):
    for month in range(1, 11):
        kinds = (Kind.INVOLVEMENT,) * 3 + (Kind.ADVOCACY,) * 2
        approve(library, *kinds, month=date(2026, month, 1), by=librarian)

    turns = {line.measure.value: line.turns for line in rapor_of(library, NOVEMBER).lines}

    assert turns["service"] in {Colour.YELLOW, Colour.GREEN}
    assert {name for name, colour in turns.items() if colour} == {"service"}


def test_of_a_grey_library_one_more_begins_at_nothing(library):
    view = rapor_of(library, NOVEMBER)

    assert {line.turns for line in view.lines if line.measure != "sustainability"} == {Colour.RED}
    assert all(line.gain for line in view.lines if line.measure != "sustainability")


@pytest.mark.parametrize(
    ("thousandths", "said"),
    [
        (0, ""),
        (1_000, "+1"),
        (1_433, "+1,4"),
        (-1_990, "−1,9"),
        (99, "+0,09"),
        (-27, "−0,02"),
        (3, "+0,003"),
        (10_000, "+10"),
    ],
)
def test_points_have_as_many_decimals_as_say_something(thousandths, said):
    assert signed(thousandths) == said


# --- What waits -----------------------------------------------------------------------------------


def test_nothing_waits_nothing_is_provisional(library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)

    found = figures.rapor(library, NOVEMBER)

    assert (found.awaiting, found.provisional, found.expected) == (0, None, found.inputs)


def test_provisional_is_what_stands_there_after_approval(library, librarian, pic):
    approve(library, Kind.INVOLVEMENT, month=MARCH, by=librarian)
    sent = world.submit(library, Kind.ADVOCACY, Kind.SERVICE, month=OCTOBER, by=librarian)
    found = figures.rapor(library, NOVEMBER)

    activities.approve(report=sent, by=pic)
    kpi.count_and_rescore(library=library, month=OCTOBER)

    after = figures.rapor(library, NOVEMBER)
    assert found.awaiting == 1
    assert found.provisional == scoring.Result(after.colour, after.points)
    assert found.expected == after.inputs
    assert found.colour == Colour.RED


def test_what_waits_is_not_asked_for_again(library, librarian):
    def lacking() -> int:
        (way, *_rest) = rapor_of(library, NOVEMBER).ways.ways
        return way.entries

    before = lacking()
    world.submit(library, *GENERAL, month=OCTOBER, by=librarian)

    assert lacking() < before
    assert rapor_of(library, NOVEMBER).ways.counts_waiting


def test_grey_that_waits_says_so_and_no_other_grey(library, librarian):
    world.submit(library, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)

    found = figures.rapor(library, NOVEMBER)

    assert (found.colour, found.grey, found.awaiting) == (Colour.GREY, Grey.NEVER, 1)


# --- What moved -----------------------------------------------------------------------------------


def test_january_begins_anew_and_has_nothing_before_it(library, librarian):
    approve(library, *GENERAL, month=JANUARY, by=librarian)

    assert figures.rapor(library, JANUARY).month_before is None


def test_there_is_no_month_before_joining(library, librarian):
    Library.objects.filter(pk=library.pk).update(joined_on=date(2026, 9, 12))
    library.refresh_from_db()
    approve(library, *GENERAL, month=SEPTEMBER, by=librarian)

    assert figures.rapor(library, SEPTEMBER).month_before is None
    assert figures.rapor(library, OCTOBER).month_before is not None


def test_movements_add_up_to_what_lies_between_the_months(library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    approve(library, Kind.INVOLVEMENT, Kind.PUBLICATION, month=OCTOBER, by=librarian)

    found = figures.rapor(library, OCTOBER)

    before = found.month_before
    assert before.points == Score.objects.get(library=library, through=SEPTEMBER).points
    assert sum(one.points for one in before.movements) == found.points - before.points
    causes = {(one.cause.value, one.measure) for one in before.movements}
    assert ("entries", "publications") in causes
    assert ("target", "advocacy") in causes


def test_they_are_told_in_sentences(client, library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    approve(library, Kind.INVOLVEMENT, Kind.INVOLVEMENT, month=OCTOBER, by=librarian)
    client.force_login(librarian)

    text = words(client.get(library.get_absolute_url(), {"sampai": "2026-10"}))

    assert "Berubah sejak s.d. September 2026" in text
    assert "Ada catatan baru yang disetujui. +" in text
    assert "2 kegiatan pelibatan masyarakat lagi: dari 1 ke 3 +1,8" in text
    assert "1 bulan lagi ditutup, jadi target bertambah. −" in text
    assert "Target kegiatan advokasi: dari 14 ke 15" in text


def test_new_rules_are_named_with_both_versions(library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    factories.rule_set(valid_from=OCTOBER, yellow_above=20_000)
    for through in (SEPTEMBER, OCTOBER):
        kpi.rescore(Library.objects.all(), through)

    change = rapor_of(library, OCTOBER).month_before

    assert change.since.version == 1
    assert [group.title for group in change.groups][-1] == (
        "Aturan berganti dari versi 1 ke versi 2."
    )


def test_same_rules_and_nothing_new_is_no_change(library, librarian, monkeypatch):
    set_clock(monkeypatch, 2026, 11, 14, 23, 59)  # neither October nor November is closed
    approve(library, *GENERAL, month=MARCH, by=librarian)

    change = rapor_of(library, NOVEMBER).month_before

    assert (change.groups, change.points, change.arrow) == ((), 0, "")
    assert change.since.targets_on is None


@pytest.mark.parametrize(
    ("when", "through", "due"),
    [
        ((2026, 11, 1, 0, 0), NOVEMBER, (9, 9)),
        ((2026, 11, 14, 23, 59), NOVEMBER, (9, 9)),
        ((2026, 11, 14, 23, 59), OCTOBER, (8, 9)),  # as it was since 15 October
        ((2026, 11, 15, 0, 0), NOVEMBER, (9, 10)),
        ((2026, 11, 15, 0, 0), OCTOBER, (9, 10)),
        ((2026, 12, 14, 23, 59), NOVEMBER, (9, 10)),
        ((2026, 12, 15, 0, 0), NOVEMBER, (10, 11)),
    ],
)
def test_targets_grow_from_the_day_a_month_is_closed(
    library, librarian, monkeypatch, when, through, due
):
    set_clock(monkeypatch, *when)
    for month in range(1, 10):
        approve(library, *GENERAL, month=date(2026, month, 1), by=librarian)

    found = figures.rapor(library, through)

    before = found.month_before
    assert (before.months_due, found.months_due) == due
    assert {one.cause for one in before.movements} == (
        {scoring.Cause.TARGET} if due[1] > due[0] else set()
    )
    then = scoring.score(found.inputs, found.rule_set.rules, due[0])
    assert (before.colour, before.points) == then
    assert sum(one.points for one in before.movements) == found.points - before.points


def test_drop_on_the_closing_day_is_explained(client, library, librarian):
    for month in range(1, 10):
        approve(library, *GENERAL, month=date(2026, month, 1), by=librarian)
    client.force_login(librarian)

    text = words(client.get(library.get_absolute_url()))

    assert "Berubah sejak s.d. Oktober 2026" in text
    assert "1 bulan lagi ditutup, jadi target bertambah. −" in text
    assert "dengan target per 1 November 2026" in text
    assert "dengan target" not in words(
        client.get(library.get_absolute_url(), {"sampai": "2026-10"})
    )


def test_months_before_joining_and_months_away_do_not_grow_targets(library, librarian):
    Library.objects.filter(pk=library.pk).update(joined_on=date(2026, 5, 4))
    library.inactivities.create(starts_on=date(2026, 8, 1), ends_on=date(2026, 9, 30), reason="x")
    library.refresh_from_db()
    approve(library, *GENERAL, month=date(2026, 7, 1), by=librarian)

    found = figures.rapor(library, NOVEMBER)

    assert (found.month_before.months_due, found.months_due) == (3, 4)  # May to July, and October


@pytest.mark.parametrize(
    ("points", "arrow"),
    [(55_000, ""), (55_001, "up"), (45_000, ""), (44_999, "down"), (50_000, "")],
)
def test_arrow_stands_only_above_the_noise_gap(points, arrow):
    since = figures.Since(Colour.YELLOW, 50_000, 1, 9, ())

    change = Change(since, scoring.Result(Colour.YELLOW, points), 5_000, ())

    assert change.arrow == arrow


def test_arrow_and_points_are_shown(client, library, librarian):
    approve(library, Kind.INVOLVEMENT, month=MARCH, by=librarian)
    approve(library, *PLENTY, month=OCTOBER, by=librarian)
    client.force_login(librarian)

    text = words(client.get(library.get_absolute_url(), {"sampai": "2026-10"}))

    assert "▲ naik" in text


# --- Since the closing ----------------------------------------------------------------------------


def test_without_a_closing_nothing_is_said_of_one(library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)

    assert figures.rapor(library, OCTOBER).closed is None


def test_closed_score_stands_beside_the_running_one(client, library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    frozen = figures.rapor(library, OCTOBER)
    kpi.close(OCTOBER, at=wib(2026, 11, 15))
    same = rapor_of(library, OCTOBER)
    approve(library, *PLENTY, month=SEPTEMBER, by=librarian)

    found = rapor_of(library, OCTOBER)

    assert same.closed.is_same
    assert found.rapor.closed.on == date(2026, 11, 15)
    assert (found.closed.since.colour, found.closed.since.points) == (frozen.colour, frozen.points)
    assert found.closed.points == found.rapor.points - frozen.points > 0
    client.force_login(librarian)
    text = words(client.get(library.get_absolute_url(), {"sampai": "2026-10"}))
    assert "Sejak penutupan 15 November 2026" in text
    assert "Sejak penutupan" not in words(client.get(library.get_absolute_url()))


# --- The way ahead --------------------------------------------------------------------------------


def ways(library: Library, through: date = NOVEMBER) -> dict[str, Way]:
    found = rapor_of(library, through).ways
    return {way.to: way for way in found.ways} if found else {}


def test_the_way_is_the_engines(library, librarian):
    approve(library, *GENERAL, *GENERAL, month=MARCH, by=librarian)
    found = figures.rapor(library, NOVEMBER)

    plan = scoring.way_ahead(found.inputs, found.rule_set.rules, (11, 12), scoring.YELLOW)

    assert found.outlook.onward == plan
    assert ways(library)["yellow"].entries == plan.entries


@pytest.mark.parametrize("through", [OCTOBER, MARCH, date(2025, 12, 1), date(2025, 3, 1)])
def test_past_months_and_closed_years_have_no_way(library, librarian, through):
    approve(library, *GENERAL, month=date(2025, 3, 1), by=librarian)

    assert ways(library, through) == {}


def test_last_december_has_a_way_until_it_is_closed(library, librarian, monkeypatch):
    approve(library, *GENERAL, *GENERAL, month=MARCH, by=librarian)
    december, seen = date(2026, 12, 1), []
    for when in [(2027, 1, 3, 8, 0), (2027, 1, 14, 23, 0), (2027, 1, 15, 0, 0)]:
        set_clock(monkeypatch, *when)
        seen.append(bool(ways(library, december)))

    assert seen == [True, True, False]


def test_last_december_says_until_when_things_count(client, library, librarian, monkeypatch):
    approve(library, *GENERAL, *GENERAL, month=MARCH, by=librarian)
    set_clock(monkeypatch, 2027, 1, 3, 8, 0)
    client.force_login(librarian)

    text = words(client.get(library.get_absolute_url()))

    assert "Tahun 2026 ditutup 15 Januari 2027." in text
    assert "sebelum 15 Januari 2027" in text


def test_green_that_lasts_is_told_to_go_on(library, librarian):
    for month in range(1, 12):
        approve(library, *PLENTY, month=date(2026, month, 1), by=librarian)

    (way,) = ways(library).values()

    assert (way.to, way.kind, way.steps) == ("green", "stays", ())


def test_colour_that_fades_says_when_and_what_keeps_it(client, library, librarian):
    """Green while ten months are due, not when November is."""
    for month in range(1, 8):
        kinds = (Kind.INVOLVEMENT,) * 3 + (Kind.ADVOCACY, Kind.ADVOCACY, Kind.SERVICE)
        approve(library, *kinds, month=date(2026, month, 1), by=librarian)
    rules = RuleSet.objects.get(group="village").rules
    inputs = figures.rapor(library, NOVEMBER).inputs
    colours = [scoring.score(inputs, rules, due).colour for due in (10, 11)]
    assert colours == [Colour.GREEN, Colour.YELLOW]

    found = rapor_of(library, NOVEMBER).ways

    assert found.fades
    assert [(way.to, way.keeps) for way in found.ways] == [("green", True)]
    client.force_login(librarian)
    text = words(client.get(library.get_absolute_url()))
    assert "Supaya tetap hijau dalam bulan ini:" in text
    assert "Tanpa catatan lagi warnanya menjadi Kuning" in text


def test_what_is_out_of_reach_is_said_with_what_is_not(client, library, librarian):
    approve(library, Kind.INVOLVEMENT, month=MARCH, by=librarian)

    found = ways(library)

    assert (found["green"].kind, found["green"].result.colour) == ("never", Colour.YELLOW)
    client.force_login(librarian)
    text = words(client.get(library.get_absolute_url()))
    points = found["green"].points
    assert (
        f"Hijau belum mungkin tahun ini. Yang masih mungkin: Kuning dengan paling tinggi {points} "
        "poin." in text
    )


def test_all_that_is_still_useful_gives_the_best_there_is(library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    rapor = figures.rapor(library, NOVEMBER)
    way = ways(library)["green"]
    counted = {step.link: int(step.text.split()[0]) for step in way.steps if step.text[0].isdigit()}
    best = rapor.outlook.green

    assert best.best == way.result
    assert all(count > 0 for count in counted.values())
    assert counted["/catat/advokasi/"] <= best.inputs.advocacy - rapor.inputs.advocacy


def test_advocacy_with_a_sign_is_explained(client, library, librarian):
    """All but the sign is there."""
    for month in range(1, 12):
        approve(library, *PLENTY, month=date(2026, month, 1), by=librarian)
    world.take_away_signs()
    for month in range(1, 12):
        kpi.rescore(Library.objects.all(), date(2026, month, 1))

    steps = ways(library)["green"].steps

    assert len(steps) == 1
    assert "Dana atau Regulasi" in steps[0].note or "cerita yang disetujui" in steps[0].note


@pytest.mark.parametrize(
    ("counts", "note"),
    [
        ({"advocacy": 3}, ""),
        ({"advocacy_with_sign": 1}, "yang hasilnya Dana atau Regulasi, atau yang sasarannya dua"),
        ({"advocacy_with_sign": 2}, "semuanya dengan hasil Dana atau Regulasi"),
        ({"advocacy": 2, "advocacy_with_sign": 1}, "1 di antaranya dengan hasil Dana"),
    ],
)
def test_advocacy_is_said_once_with_what_makes_it_a_sign(counts, note):
    additions = [scoring.Additions(scoring.Step(step), count) for step, count in counts.items()]
    rules = scoring.Rules(version=1, indicators=(), general=())

    (step,) = steps_of(additions, rules)

    assert step.text == f"{sum(counts.values())} kegiatan advokasi"
    assert step.note.startswith(note)


def test_only_who_records_gets_links_to_record(client, library, librarian, pic, staff):
    approve(library, Kind.INVOLVEMENT, month=MARCH, by=librarian)

    def links(user) -> bool:
        client.force_login(user)
        page = client.get(library.get_absolute_url()).content.decode()
        assert "Jalan terpendek" in page
        assert "Hanya yang sungguh terjadi yang dihitung" in page
        return 'href="/catat/advokasi/">Catat' in page

    assert (links(librarian), links(pic), links(staff)) == (True, False, False)


def test_where_the_sim_leads_the_way_says_so(client, library, librarian, lumajang):
    world.sim_entries(library, Kind.INVOLVEMENT, month=MARCH)
    Region.objects.filter(pk=lumajang.pk).update(reporting_mode=ReportingMode.SIM)
    client.force_login(librarian)

    page = client.get(library.get_absolute_url())

    assert "Di Kabupaten Lumajang kegiatan dicatat di SIM Perpusnas." in words(page)
    assert 'href="/catat/advokasi/">Catat' not in page.content.decode()


def test_past_month_leads_to_the_way_of_this_one(client, library, librarian):
    client.force_login(librarian)

    past = client.get(library.get_absolute_url(), {"sampai": "2026-06"}).content.decode()
    closed = client.get(library.get_absolute_url(), {"sampai": "2025-06"}).content.decode()

    assert f'href="{library.get_absolute_url()}?sampai=2026-11"' in past
    assert "Tahun 2025 sudah ditutup." in closed
    assert "Satu lagi" in past
    assert "Satu lagi" not in closed


def test_it_is_titled_with_its_day_and_leads_to_the_rules(client, library, librarian):
    client.force_login(librarian)

    page = client.get(library.get_absolute_url())

    rules = RuleSet.objects.get(group="village")
    assert "KPI portal, keadaan per 22 November 2026 10.00 WIB" in words(page)
    address = f"{reverse('kpi:explained')}?aturan={rules.pk}"
    assert f'href="{address}">aturan versi 1' in page.content.decode()


# --- Rules that will be in force ------------------------------------------------------------------


def test_way_to_a_month_of_other_rules_is_theirs_and_names_them(client, library, librarian):
    """Yellow is out of reach by the rules of November, not by those of December."""
    approve(library, *GENERAL, month=MARCH, by=librarian)
    new = factories.rule_set(valid_from=DECEMBER, yellow_above=20_000)
    harder = factories.rule_set(valid_from=NOVEMBER, yellow_above=98_000, green_above=99_000)
    kpi.rescore(Library.objects.all(), NOVEMBER)
    found = figures.rapor(library, NOVEMBER)
    assert (found.rule_set, found.rules_ahead) == (harder, (harder, new))

    way = found.outlook.onward

    assert (way.to, way.months) == ("yellow", 2)
    assert scoring.score(way.inputs, new.rules, 12) == way.result
    assert scoring.score(way.inputs, harder.rules, 12).colour == Colour.RED
    client.force_login(librarian)
    for text in (
        words(client.get(library.get_absolute_url())),
        words(client.get(reverse("reports:librarian_home"))),
    ):
        assert f"menurut aturan versi {new.version}, berlaku 1 Desember 2026" in text


def test_rules_of_today_are_not_named_beside_the_way(client, library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    factories.rule_set(valid_from=date(2027, 1, 1), yellow_above=20_000)
    client.force_login(librarian)

    assert "menurut aturan versi" not in words(client.get(library.get_absolute_url()))


def test_colour_that_comes_with_new_rules_is_no_plan(client, library, librarian):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    factories.rule_set(valid_from=NOVEMBER, yellow_above=98_000, green_above=99_000)
    new = factories.rule_set(valid_from=DECEMBER, yellow_above=1_000)
    kpi.rescore(Library.objects.all(), NOVEMBER)

    way = ways(library)["yellow"]

    assert (way.kind, way.steps, way.last, way.rule_set) == ("comes", (), DECEMBER, new)
    client.force_login(librarian)
    text = words(client.get(library.get_absolute_url()))
    assert "Kuning ketika Desember 2026 ditutup, walau belum ada catatan lagi" in text


def test_last_december_speaks_of_its_own_year(client, library, librarian, monkeypatch):
    approve(library, *GENERAL, month=MARCH, by=librarian)
    set_clock(monkeypatch, 2027, 1, 3, 8, 0)
    client.force_login(librarian)

    page, home = (
        words(client.get(address))
        for address in (
            f"{library.get_absolute_url()}?sampai=2026-12",
            reverse("reports:librarian_home"),
        )
    )

    for text in (page, home):
        assert "tidak mungkin lagi untuk 2026." in text
        assert "tahun ini." not in text
    assert "sudah terjadi pada 2026 dan disetujui sebelum 15 Januari 2027:" in page


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reasons", "queries"), [(True, 9), (False, 8)])
def test_it_asks_the_same_queries_however_much_waits(
    library, librarian, reasons, queries, django_assert_num_queries
):
    approve(library, *GENERAL, month=JANUARY, by=librarian)
    for month in range(2, 11):
        world.submit(library, *GENERAL, month=date(2026, month, 1), by=librarian)
    village()
    for month in (SEPTEMBER, OCTOBER, NOVEMBER):
        kpi.rescore(Library.objects.all(), month)
    ask = partial(figures.rapor, Library.objects.get(pk=library.pk), NOVEMBER, reasons=reasons)

    with django_assert_num_queries(queries):
        ask()
