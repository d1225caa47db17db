"""The people of the demo find messages when they sign in."""

from datetime import date, timedelta

import pytest

from activities import services
from activities.enums import Kind
from tests import factories
from tpbis.accounts.enums import MailState
from tpbis.accounts.models import Message
from tpbis.core import periods
from tpbis.demo import told


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2026, 11, 21)], ids=["weekday", "rest"])
def test_the_librarian_and_the_pic_were_told_something(library, librarian, pic, today):
    report = factories.report(library, librarian, Kind.INVOLVEMENT, month=date(2026, 10, 1))
    now = periods.midnight(today) + timedelta(hours=20)
    services.submit(report=report, by=librarian, at=now - timedelta(days=4))

    told.tell(now, ["labruk"])

    mine = Message.objects.get(user=librarian)
    assert mine.title.startswith("Laporan September 2026")
    assert mine.read_at is not None
    digest = Message.objects.get(user=pic)
    assert (digest.period, digest.read_at) == ("2026-11-20", None)
    assert digest.created_at <= now
    assert set(Message.objects.values_list("mail", flat=True)) == {MailState.NONE}
