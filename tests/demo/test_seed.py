from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from libraries.models import Region
from tpbis.accounts.enums import Role
from tpbis.demo import pictures
from tpbis.demo.seed import DEMO_ACCOUNTS, ClockIsWrong, NotEmpty, seed


def test_other_libraries_are_never_mixed_with_demo_data(library):
    regions = Region.objects.count()

    with pytest.raises(NotEmpty):
        seed()

    assert Region.objects.count() == regions


@pytest.mark.django_db
@pytest.mark.parametrize(
    "today", [date(2025, 12, 31), timezone.localdate() + timedelta(days=1)], ids=["early", "ahead"]
)
def test_a_day_before_the_story_ends_or_after_today_is_refused(today):
    with pytest.raises(ClockIsWrong):
        seed(today=today)

    assert not Region.objects.exists()


def test_the_command_says_so_and_leaves_with_2(library):
    said = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("seed_demo", stderr=said)

    assert left.value.code == 2
    assert "sudah berisi perpustakaan" in said.getvalue()


@pytest.mark.django_db
def test_the_command_refuses_a_wrong_clock(library):
    library.delete()
    said = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("seed_demo", today=date(2024, 1, 1), stderr=said)

    assert left.value.code == 2
    assert "jam komputer" in said.getvalue()


def test_the_accounts_to_try_are_the_eight():
    assert [username for username, _role, _hint in DEMO_ACCOUNTS] == [
        "provinsi",
        "pimpinan",
        "pic.lumajang",
        "fasda.lumajang",
        "labruk",
        "pic.blitar",
        "klemunan",
        "bankjatim",
    ]
    assert {role for _username, role, _hint in DEMO_ACCOUNTS} == {
        str(role.label)
        for role in (
            Role.PROVINCE_STAFF,
            Role.PROVINCE_VIEWER,
            Role.REGENCY_PIC,
            Role.FACILITATOR,
            Role.LIBRARIAN,
            Role.SUPPORTER,
        )
    }


def test_every_scene_can_be_drawn_and_no_two_pictures_are_alike():
    drawn = {
        pictures.drawn(scene, variant).tobytes() for scene in pictures.SCENES for variant in (0, 1)
    }

    assert len(drawn) == 2 * len(pictures.SCENES)
