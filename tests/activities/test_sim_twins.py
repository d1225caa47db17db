"""An entry of the SIM and one made here that tell of the same: of the two one counts."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from activities import services, sim
from activities.enums import Kind, SimTwinState, Source
from activities.imports import read_content, read_rows
from activities.models import Activity, MonthlyReport, SimTwin
from kpi import services as kpi
from kpi.models import MonthlyTally
from libraries import services as libraries
from libraries.enums import ReportingMode
from tests import factories
from tests.activities.sim_rows import file, involvement, visits
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
APRIL = date(2026, 4, 1)
TITLE = "Pelatihan membuat keripik"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def jabung():
    for code in ("35.13.12.2008", "35.13.04.2010"):
        factories.region(code)
    return factories.LibraryFactory(
        name="Perpustakaan Desa Jabung Wetan", region=factories.region("35.13.12.2003")
    )


@pytest.fixture
def its_pic(jabung):
    return factories.someone(Role.REGENCY_PIC, jabung.regency, username="pic.probolinggo")


@pytest.fixture
def its_librarian(jabung):
    return factories.someone(Role.LIBRARIAN, jabung, username="jabung")


def take_in(*rows, name="pelibatan.json"):
    content = read_content([(name, file("a", list(rows)).read())], today=NOW.date())
    return sim.store(read_rows(content, today=NOW.date()))


@pytest.fixture
def approved(jabung, its_librarian, its_pic):
    """Records one activity here and has its month approved."""

    def approve(**changes):
        content = {"title": TITLE, "held_on": date(2026, 4, 18), "participants_total": 20}
        report = factories.report(jabung, its_librarian, month=APRIL)
        content = {**factories.content(Kind.INVOLVEMENT, month=APRIL), **content, **changes}
        services.record(report=report, kind=Kind.INVOLVEMENT, content=content, by=its_librarian)
        report = services.submit(report=report, by=its_librarian)
        return services.approve(report=report, by=its_pic)

    return approve


def pair():
    return SimTwin.objects.get()


def counted(jabung, month=APRIL):
    kpi.recount(jabung)
    tally = MonthlyTally.objects.get(library=jabung, month=month)
    return tally.involvement, tally.participants


def entries():
    return {
        entry.report.source: entry.is_excluded
        for entry in Activity.objects.select_related("report")
    }


def seals_fit():
    return all(one.compute_seal() == one.seal for one in MonthlyReport.objects.approved())


# --- By rule --------------------------------------------------------------------------------------


def test_the_same_day_title_and_figures_are_merged_without_asking(approved, jabung):
    approved()

    take_in(involvement())

    assert (pair().state, pair().left_out) == (SimTwinState.SAFE, Source.SIM)
    assert entries() == {"portal": False, "sim": True}
    assert counted(jabung) == (1, 20)
    assert seals_fit()
    assert take_in(involvement()).reports == 0


def test_whichever_comes_first(approved, jabung):
    take_in(involvement())
    assert counted(jabung) == (1, 20)

    approved()

    assert pair().state == SimTwinState.SAFE
    assert counted(jabung) == (1, 20)
    assert seals_fit()


def test_a_report_opened_again_counts_no_more_so_its_twin_does(approved, jabung, its_pic):
    take_in(involvement())
    report = approved()

    services.reopen(report=report, comment="Salah tanggal.", by=its_pic)

    assert entries()["sim"] is False
    assert counted(jabung) == (1, 20)
    assert seals_fit()


def test_undoing_the_import_leaves_no_trace(approved, jabung, staff):
    report = approved()
    before = report.seal
    libraries.let_lead(regency=jabung.regency, mode=ReportingMode.SIM, by=staff)
    run = take_in(involvement()).run
    assert entries() == {"portal": True, "sim": False}

    sim.undo(run=run, by=staff)

    assert not SimTwin.objects.exists()
    assert entries() == {"portal": False}
    report.refresh_from_db()
    assert report.seal == before
    assert seals_fit()


# --- By people ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        {"jumlah_peserta": 21},
        {"tanggal": "2026-04-21"},
        {"nama_kegiatan": "Pelatihan membuat keripik singkong"},
    ],
)
def test_what_differs_waits_and_counts_twice_until_somebody_says(approved, jabung, row):
    approved()

    take_in(involvement(**row))

    assert (pair().state, pair().left_out) == (SimTwinState.WAITING, "")
    assert counted(jabung)[0] == 2


@pytest.mark.parametrize(
    "row", [{"tanggal": "2026-04-22"}, {"nama_kegiatan": "Mendongeng untuk anak"}]
)
def test_four_days_or_other_words_are_no_pair(approved, row):
    approved()

    take_in(involvement(**row))

    assert not SimTwin.objects.exists()


def test_two_that_are_alike_are_not_safe(approved):
    approved()

    take_in(involvement(), involvement(tanggal="2026-04-19"))

    assert {twin.state for twin in SimTwin.objects.all()} == {SimTwinState.WAITING}


def test_a_word_of_a_person_holds_and_is_taken_back(client, approved, jabung, its_pic):
    approved()
    take_in(involvement(jumlah_peserta=25))
    client.force_login(its_pic)
    page = client.get(reverse("activities:sim_twins"))
    assert [twin.pk for twin in page.context["page"]] == [pair().pk]

    client.post(reverse("activities:sim_twin_same", kwargs={"pk": pair().pk}))

    assert (pair().state, pair().left_out, pair().decided_by) == ("same", "sim", its_pic)
    assert counted(jabung) == (1, 20)
    take_in(involvement(jumlah_peserta=25), involvement(nama_kegiatan="Lomba"))
    assert pair().state == SimTwinState.SAME
    client.post(reverse("activities:sim_twin_later", kwargs={"pk": pair().pk}))
    assert (pair().state, pair().decided_by) == (SimTwinState.WAITING, None)
    assert counted(jabung)[0] == 3
    client.post(reverse("activities:sim_twin_different", kwargs={"pk": pair().pk}))
    assert pair().state == SimTwinState.DIFFERENT
    told = AuditEvent.objects.filter(action="activities.tell_sim_twins_apart")
    assert told.count() == 3
    assert seals_fit()


def test_different_takes_back_what_the_rule_merged(approved, jabung, its_pic):
    approved()
    take_in(involvement())

    sim.is_different(twin=pair(), by=its_pic)

    assert counted(jabung) == (2, 40)
    take_in(involvement())
    assert pair().state == SimTwinState.DIFFERENT
    sim.decide_later(twin=pair(), by=its_pic)
    assert pair().state == SimTwinState.SAFE
    assert counted(jabung) == (1, 20)


def test_one_entry_has_one_twin(client, approved, its_pic):
    approved()
    take_in(involvement(jumlah_peserta=25), involvement(tanggal="2026-04-19"))
    one, two = SimTwin.objects.order_by("pk")
    sim.is_same(twin=one, by=its_pic)

    assert not SimTwin.objects.filter(pk=two.pk).exists()


def test_others_have_no_say(approved, strange_pic, its_librarian, client):
    approved()
    take_in(involvement())

    with pytest.raises(PermissionDenied):
        sim.is_different(twin=pair(), by=strange_pic)
    client.force_login(strange_pic)
    url = reverse("activities:sim_twin_different", kwargs={"pk": pair().pk})
    assert client.post(url).status_code == 404


# --- Which source leads ---------------------------------------------------------------------------


def test_with_the_sim_leading_its_figures_count_and_back(client, approved, jabung, staff):
    approved()
    take_in(involvement(jumlah_peserta=25))
    sim.is_same(twin=pair(), by=staff)
    client.force_login(staff)
    url = reverse("activities:sim_source", kwargs={"code": jabung.regency.code})

    response = client.post(url, {"sumber": "sim"})

    assert response.status_code == 302
    assert entries() == {"portal": True, "sim": False}
    assert counted(jabung) == (1, 25)
    assert seals_fit()
    client.post(url, {"sumber": "portal"})
    assert entries() == {"portal": False, "sim": True}
    assert counted(jabung) == (1, 20)
    assert AuditEvent.objects.filter(action="libraries.let_lead").count() == 2


def test_of_two_visit_figures_that_of_the_leader_counts(approved, jabung, staff):
    report = approved()
    assert report.visits_total is not None
    take_in(visits(999, periode="Apr 2026"), name="pengunjung.json")
    counted(jabung)
    tallies = MonthlyTally.objects.filter(library=jabung, month=APRIL)
    assert tallies.get().visits_total == report.visits_total

    libraries.let_lead(regency=jabung.regency, mode=ReportingMode.SIM, by=staff)
    kpi.recount(jabung)

    assert tallies.get().visits_total == 999


def test_only_the_province_says_who_leads(jabung, its_pic):
    with pytest.raises(PermissionDenied):
        libraries.let_lead(regency=jabung.regency, mode=ReportingMode.SIM, by=its_pic)
