"""Letters of the demo: some used, some never answered, some under way; and whom to call."""

import pytest
from django.db.models import Count, Q
from django.utils import timezone

from libraries.models import Activation, Assignment
from tpbis.accounts.enums import Role
from tpbis.demo.cast import BLITAR, LUMAJANG

pytestmark = [pytest.mark.seeded, pytest.mark.slow]


@pytest.mark.parametrize("regency", [LUMAJANG, BLITAR, "35.18", "35.27"])
def test_letters_are_under_way_and_others_were_used(seeded_rows, regency):
    given = Activation.objects.using(seeded_rows).filter(batch__region__code=regency)

    found = given.aggregate(
        used=Count("pk", filter=Q(used_at__isnull=False)),
        good=Count("pk", filter=Q(used_at__isnull=True, expires_at__gt=timezone.now())),
    )

    assert found["used"] >= 1
    assert found["good"] >= 1


def test_whoever_used_a_letter_works_there(seeded_rows):
    for letter in Activation.objects.using(seeded_rows).filter(used_at__isnull=False):
        posts = Assignment.objects.using(seeded_rows).filter(library=letter.library_id)
        assert posts.filter(user=letter.used_by_id).exists()
        assert letter.issued_at < letter.used_at < letter.expires_at


def test_every_pic_can_be_called(seeded_rows):
    posts = Assignment.objects.using(seeded_rows).filter(user__role=Role.REGENCY_PIC)

    assert posts.exists()
    assert not posts.filter(user__phone="").exists()
