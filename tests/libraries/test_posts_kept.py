"""A page that only shows things asks once where somebody works; nobody else may rely on that."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from libraries.models import Assignment, Library, Region
from tpbis.core.http import reads


@pytest.fixture
def request_of(pic):
    request = RequestFactory().get("/")
    request.user = pic
    return request


def test_page_asks_once(request_of, pic, library, django_assert_num_queries):
    @reads
    def page(request):
        with django_assert_num_queries(1):
            for _ in range(3):
                str(Library.objects.visible_to(request.user).query)
                str(Region.objects.visible_to(request.user).query)
        return HttpResponse()

    page(request_of)


def test_nothing_is_remembered_beyond_the_page(request_of, pic, library):
    @reads
    def page(request):
        return HttpResponse(Library.objects.visible_to(request.user).count())

    assert page(request_of).content == b"1"
    Assignment.objects.filter(user=pic).delete()

    assert page(request_of).content == b"0"
    assert not Library.objects.visible_to(pic).exists()


def test_page_that_failed_leaves_nothing_behind(request_of, pic, library):
    @reads
    def page(request):
        assert Library.objects.visible_to(request.user).exists()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page(request_of)
    Assignment.objects.filter(user=pic).delete()

    assert not Library.objects.visible_to(pic).exists()


def test_whoever_is_switched_off_meanwhile_sees_nothing(request_of, pic, library):
    @reads
    def page(request):
        assert Library.objects.visible_to(request.user).exists()
        request.user.is_active = False
        return HttpResponse(Library.objects.visible_to(request.user).count())

    assert page(request_of).content == b"0"


def test_somebody_else_is_asked_about_anew(request_of, pic, librarian, library, other_library):
    @reads
    def page(request):
        mine = set(Library.objects.visible_to(request.user))
        return HttpResponse(mine == set(Library.objects.visible_to(librarian)) == {library})

    assert page(request_of).content == b"True"
    Assignment.objects.filter(user=librarian).update(library=other_library)
    assert page(request_of).content == b"False"
