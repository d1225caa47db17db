"""A fixed cast: Labruk Kidul's librarian, Lumajang's PIC, the province, and strangers."""

import os
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from libraries.models import Library, Region
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

pytest_plugins = ["tests.seeded", "tests.authorisation.telling"]
WITH_THE_DEMO = ("tests/journeys/", "tests/demo/test_published", "tests/demo/test_seeded")
WITH_FAULTS = "tests/faults/"

hypothesis.settings.register_profile("suite", deadline=None)  # a busy machine is no finding
hypothesis.settings.load_profile("suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The suite runs twice; what brings its own database along runs in the run it belongs to."""
    other = "embedded" if os.environ.get("TEST_DATABASE_URL") else "services"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        if item.get_closest_marker("seeded") or item.get_closest_marker("journey"):
            assert item.nodeid.startswith(WITH_THE_DEMO), item.nodeid


class OneWorkerForTheDemo(LoadScopeScheduling):
    """What shares the demo's data stays on one worker: it is seeded once, and its database can be
    copied while nobody else reads it. Every other test goes to whoever is free.

    (The groups of xdist 3.8 do not reach pytest 9.2, which no longer lets a node be renamed.)
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(WITH_FAULTS):  # they share a portal and its broker
            return "the faults"
        return "the demo" if nodeid.startswith(WITH_THE_DEMO) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return OneWorkerForTheDemo(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> pytest.TestReport:
    """Elsewhere a test without its browser is skipped with a line saying so; under CI it fails.
    One that needs a file nobody may ship is optional there too."""
    report: pytest.TestReport = yield
    must_run = os.environ.get("CI") and not item.get_closest_marker("optional")
    if report.skipped and must_run and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture
def province(db) -> Region:
    return factories.region("35")


@pytest.fixture
def lumajang(db) -> Region:
    return factories.region("35.08")


@pytest.fixture
def blitar(db) -> Region:
    return factories.region("35.05")


@pytest.fixture
def library(lumajang) -> Library:
    return factories.LibraryFactory(
        name="Perpustakaan Desa Sumber Ilmu", region=factories.region("35.08.21.2004")
    )


@pytest.fixture
def other_library(blitar) -> Library:
    """In another regency."""
    return factories.LibraryFactory(
        name="Perpustakaan Mawar", region=factories.region("35.05.17.1006")
    )


@pytest.fixture
def librarian(library) -> User:
    return factories.someone(Role.LIBRARIAN, library, username="labruk", full_name="Siti Aminah")


@pytest.fixture
def pic(lumajang) -> User:
    return factories.someone(Role.REGENCY_PIC, lumajang, username="pic.lumajang")


@pytest.fixture
def facilitator(lumajang) -> User:
    return factories.someone(Role.FACILITATOR, lumajang, username="fasda.lumajang")


@pytest.fixture
def staff(province) -> User:
    return factories.someone(Role.PROVINCE_STAFF, province, username="provinsi")


@pytest.fixture
def leader(province) -> User:
    return factories.someone(Role.PROVINCE_VIEWER, province, username="pimpinan")


@pytest.fixture
def stranger(other_library) -> User:
    """A librarian of another regency."""
    return factories.someone(Role.LIBRARIAN, other_library, username="klemunan")


@pytest.fixture
def strange_pic(blitar) -> User:
    return factories.someone(Role.REGENCY_PIC, blitar, username="pic.blitar")
