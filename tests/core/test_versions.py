"""What a form was filled from."""

import pytest

from tests import factories
from tpbis.core.versions import ChangedMeanwhile, need_version, version_of

pytestmark = pytest.mark.django_db
NAMES = ("name", "region")


def test_it_is_another_once_one_of_the_fields_is(library):
    before = version_of(library, NAMES)
    library.address = "Jalan Mawar"

    assert version_of(library, NAMES) == before
    library.region = factories.region("35.05.17.1006")
    assert version_of(library, NAMES) != before


def test_who_began_from_something_else_is_told(library):
    with pytest.raises(ChangedMeanwhile, match="orang lain") as told:
        need_version(library, NAMES, "0" * 16)

    assert told.value.row == library
    need_version(library, NAMES, "")
    need_version(library, NAMES, version_of(library, NAMES))
