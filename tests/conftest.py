"""A fixed cast: Labruk Kidul's librarian, Lumajang's PIC, the province, and strangers."""

import pytest

from libraries.models import Library, Region
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


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
