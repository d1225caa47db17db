"""A need is stated, confirmed, given a priority, or not; its librarians are told."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from stakeholders.enums import NeedState
from stakeholders.models import Need
from stakeholders.services import MOST_RUPIAH, needs
from stakeholders.services.amounts import MovedOn
from tests.stakeholders.needs_world import MONEY, evidence, lack, opened, stated
from tpbis.accounts.models import AuditEvent, Message
from tpbis.accounts.querysets import subject_of


def test_a_need_says_what_lacks_and_who_said_so(library, librarian):
    need = stated(library, librarian)

    assert (need.library, need.region) == (library, library.regency)
    assert (need.state, need.recorded_by) == (NeedState.STATED, librarian)
    event = AuditEvent.objects.get(action="stakeholders.state_need")
    assert (event.subject, event.about) == (subject_of(need), subject_of(library))


def test_a_regency_needs_something_together(lumajang, pic):
    need = stated(lumajang, pic)

    assert (need.library, need.region, need.place_name()) == (None, lumajang, lumajang.title)


def test_the_same_form_sent_twice_is_one_need(library, librarian):
    first = stated(library, librarian)

    second = stated(library, librarian)

    assert second == first
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": MONEY, "rupiah": None}, "rupiah"),
        ({"rupiah": 0}, "rupiah"),
        ({"rupiah": -1}, "rupiah"),
        ({"rupiah": MOST_RUPIAH + 1}, "rupiah"),
        ({"quantity": 0}, "quantity"),
        ({"unit": " "}, "unit"),
        ({"title": ""}, "title"),
        ({"why": ""}, "why"),
        ({"theme": "Astronomi"}, "theme"),
        ({"kind": "emas"}, "kind"),
        ({"urgency": "kemarin"}, "urgency"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(library, librarian, changes, field):
    with pytest.raises(ValidationError) as refused:
        stated(library, librarian, **changes)

    assert field in refused.value.message_dict
    assert not Need.objects.exists()


def test_a_photo_is_kept_small_and_can_go_again(library, librarian):
    need = needs.state_need(place=library, lack=lack(), photo=evidence(), by=librarian)
    assert need.photo.startswith("needs/")

    needs.change_need(need=need, lack=lack(), without_photo=True, by=librarian)

    need.refresh_from_db()
    assert need.photo == ""


@pytest.mark.parametrize("who", ["stranger", "strange_pic", "facilitator", "leader"])
def test_others_state_and_judge_nothing(request, who, library, librarian):
    need, user = stated(library, librarian), request.getfixturevalue(who)

    for refused in (
        lambda: stated(library, user, title="Lain"),
        lambda: needs.change_need(need=need, lack=lack(), by=user),
        lambda: needs.confirm_need(need=need, by=user),
        lambda: needs.decline_need(need=need, reason="x", by=user),
        lambda: needs.prioritise_need(need=need, priority=1, by=user),
        lambda: needs.withdraw_need(need=need, reason="x", by=user),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_a_librarian_does_not_confirm(library, librarian):
    need = stated(library, librarian)

    with pytest.raises(PermissionDenied):
        needs.confirm_need(need=need, by=librarian)


def test_a_confirmed_need_is_on_the_board_and_its_librarian_knows(library, librarian, pic):
    need = needs.confirm_need(need=stated(library, librarian), by=pic)

    assert (need.state, need.confirmed_by) == (NeedState.OPEN, pic)
    told = Message.objects.get()
    assert (told.user, told.kind, told.link) == (librarian, "synergy", need.get_absolute_url())
    assert "dikonfirmasi" in told.title


def test_a_declined_need_says_why(library, librarian, pic):
    need = needs.decline_need(need=stated(library, librarian), reason="Sudah ada", by=pic)

    assert (need.state, need.reason) == (NeedState.DECLINED, "Sudah ada")
    assert "Sudah ada" in Message.objects.get(user=librarian).text


def test_nothing_is_declined_or_withdrawn_without_a_reason(library, librarian, pic):
    need = stated(library, librarian)

    for refused in (
        lambda: needs.decline_need(need=need, reason="  ", by=pic),
        lambda: needs.withdraw_need(need=need, reason="", by=librarian),
    ):
        with pytest.raises(ValidationError) as wrong:
            refused()
        assert "reason" in wrong.value.message_dict


def test_the_second_of_two_who_judge_is_told(library, librarian, pic, staff):
    need = stated(library, librarian)
    needs.confirm_need(need=need, by=pic)

    with pytest.raises(MovedOn):
        needs.decline_need(need=need, reason="Tidak", by=staff)

    assert Message.objects.count() == 1


def test_a_need_changes_only_until_it_is_confirmed(library, librarian, pic):
    need = stated(library, librarian)
    needs.change_need(need=need, lack=lack(title="Mesin obras"), by=librarian)
    needs.confirm_need(need=need, by=pic)

    with pytest.raises(MovedOn):
        needs.change_need(need=need, lack=lack(), by=librarian)

    need.refresh_from_db()
    assert need.title == "Mesin obras"


def test_the_province_sets_the_priority_of_what_is_confirmed(library, librarian, pic, staff):
    need = stated(library, librarian)
    with pytest.raises(MovedOn):
        needs.prioritise_need(need=need, priority=1, by=staff)
    needs.confirm_need(need=need, by=pic)

    with pytest.raises(PermissionDenied):
        needs.prioritise_need(need=need, priority=1, by=pic)
    with pytest.raises(ValidationError):
        needs.prioritise_need(need=need, priority=6, by=staff)
    assert needs.prioritise_need(need=need, priority=2, by=staff).prioritised_by == staff
    assert needs.prioritise_need(need=need, priority=None, by=staff).prioritised_by is None


def test_an_open_need_is_withdrawn_with_a_reason(library, librarian, pic):
    need = opened(library, pic)

    assert needs.withdraw_need(need=need, reason="Sudah dibeli", by=librarian).state == "ditarik"
