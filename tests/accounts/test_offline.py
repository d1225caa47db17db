"""Whose a note on a phone is."""

import pytest
from django.template import engines

from tests.factories import UserFactory
from tpbis.accounts.offline import offline_id


@pytest.mark.django_db
def test_it_is_the_same_each_time_and_differs_between_people():
    one, other = UserFactory(), UserFactory()

    assert offline_id(one) == offline_id(one)
    assert offline_id(one) != offline_id(other)


@pytest.mark.django_db
def test_it_says_nothing_about_the_person(settings):
    person = UserFactory()
    here = offline_id(person)

    settings.SECRET_KEY = "another-portal-" + "y" * 50

    assert len(here) == 16
    assert str(person.pk) != here
    assert offline_id(person) != here


def test_who_is_not_signed_in_has_none():
    template = engines["django"].from_string("{% load accounts %}[{{ user|offline_id }}]")

    assert template.render({"user": None}) == "[]"
