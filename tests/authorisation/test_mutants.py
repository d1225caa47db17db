"""The matrix itself is tried: each mutant plants one hole, and the slice of cells that should see
it must turn red. A slice is green before, so that nothing else can be what it saw."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt

import activities.permissions
import activities.queries
import activities.services.judging
import activities.views.photos
import activities.views.reports
import reports.forms
import reports.permissions
import reports.views.libraries
from activities.forms import EntryForm
from activities.models import Activity, MonthlyReport, Photo
from activities.querysets import ActivityQuerySet, MonthlyReportQuerySet, PhotoQuerySet
from libraries.models import Library, Region
from libraries.querysets import (
    ActivationQuerySet,
    AssignmentQuerySet,
    LibraryQuerySet,
    RegionQuerySet,
    RosterImportQuerySet,
)
from reports.querysets import DocumentQuerySet
from stakeholders.models import Organisation
from tests.authorisation import cells, test_sweeps
from tests.authorisation.test_sweeps import forged  # noqa: F401
from tpbis import policy
from tpbis.accounts import audit
from tpbis.accounts.http import AsksSecondFactor
from tpbis.accounts.models import Session, User

pytestmark = pytest.mark.once

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mutant:
    """A hole, and who would find it where."""

    name: str
    plant: Callable[[Patch], Any]
    route: str
    actors: tuple[str, ...]
    methods: tuple[str, ...] = ("GET", "POST")
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


MUTANTS: list[Mutant] = []


def caught_by(route: str, *actors: str, methods: tuple[str, ...] = ("GET", "POST")) -> Any:
    def registered(plant: Callable[[Patch], Any]) -> Callable[[Patch], Any]:
        name = plant.__name__.strip("_")
        MUTANTS.append(Mutant(name, plant, route, actors, methods))
        return plant

    return registered


def everything(self: Any, user: Any) -> Any:
    return self.all()


# --- Scope ----------------------------------------------------------------------------------------


@caught_by("reports:library", "pic_a")
def libraries_of_everybody(patch: Patch) -> None:
    patch.setattr(LibraryQuerySet, "visible_to", everything)


@caught_by("reports:region", "pic_a")
def regions_of_everybody(patch: Patch) -> None:
    patch.setattr(RegionQuerySet, "visible_to", everything)


@caught_by("activities:report", "librarian_a1")
def reports_of_everybody(patch: Patch) -> None:
    patch.setattr(MonthlyReportQuerySet, "visible_to", everything)


@caught_by("activities:list", "pic_a")
def a_list_without_scope(patch: Patch) -> None:
    patch.setattr(MonthlyReportQuerySet, "visible_to", everything)


@caught_by("activities:edit", "librarian_a1")
def entries_of_everybody(patch: Patch) -> None:
    patch.setattr(ActivityQuerySet, "visible_to", everything)


@caught_by("activities:photo", "librarian_a1")
def photos_of_everybody(patch: Patch) -> None:
    patch.setattr(PhotoQuerySet, "visible_to", everything)


@caught_by("reports:documents", "pic_a", methods=("GET",))
def documents_of_everybody(patch: Patch) -> None:
    patch.setattr(DocumentQuerySet, "visible_to", everything)


@caught_by("activities:photo", "pic_b", methods=("GET",))
def media_without_a_check(patch: Patch) -> None:
    def unscoped(_found: Any, **wanted: Any) -> Photo:
        return get_object_or_404(Photo.objects.all(), **wanted)

    patch.setattr(activities.views.photos, "get_object_or_404", unscoped)


@caught_by("activities:queue", "fasda_a", methods=("GET",))
def assignments_that_never_end(patch: Patch) -> None:
    patch.setattr(AssignmentQuerySet, "in_force", lambda self, on=None: self.all())


@caught_by("activities:approve", "delegate", methods=("POST",))
def reviews_handed_over_everywhere(patch: Patch) -> None:
    patch.setattr(LibraryQuerySet, "handed_over_to", LibraryQuerySet.visible_to)


@caught_by("reports:librarian_home", "librarian_a1", methods=("GET",))
def anybodys_library_as_ones_own(patch: Patch) -> None:
    theirs = Library.objects.filter(region__code="35.05.17.1006")
    patch.setattr(activities.queries, "own_library", lambda user: theirs.first())


@caught_by("reports:library", "pic_a", methods=("GET",))
def strangers_told_that_it_exists(patch: Patch) -> None:
    real = reports.views.libraries._survivor_of

    def forbidding(request: Any, pk: int) -> Any:
        if Library.objects.filter(pk=pk).exists():
            raise PermissionDenied
        return real(request, pk)

    patch.setattr(reports.views.libraries, "_survivor_of", forbidding)


# --- What belongs to fewer people -----------------------------------------------------------------


@caught_by("activities:report", "pic_a", methods=("GET",))
def drafts_shown_to_the_pic(patch: Patch) -> None:
    patch.setattr(
        MonthlyReportQuerySet,
        "visible_to",
        lambda self, user: self.filter(library__in=Library.objects.visible_to(user)),
    )


@caught_by("activities:report", "observer", methods=("GET",))
def persons_shown_to_the_observer(patch: Patch) -> None:
    class Nobody:
        OBSERVER = "nobody"

    patch.setattr(activities.views.reports, "Role", Nobody)


@caught_by("activities:photo", "observer", methods=("GET",))
def a_row_of_the_policy_loosened(patch: Patch) -> None:
    _loosen(patch, "activities:photo", "GET", {policy.ANY: "ok"})


@caught_by("activities:queue", "viewer", methods=("GET",))
def another_row_loosened(patch: Patch) -> None:
    _loosen(patch, "activities:queue", "GET", {policy.ANY: "ok"})


def _loosen(patch: Patch, route: str, method: str, row: dict[str, Any]) -> None:
    known = deepcopy(dict(policy.routes()))
    known[route][method] = row
    patch.setattr(policy, "routes", lambda: known)


@caught_by("stakeholders:partnership_add", "viewer", methods=("GET",))
def nobody_keeps_the_policy(patch: Patch) -> None:
    patch.setattr(policy.KeepsThePolicy, "process_view", lambda *_: None)
    patch.setattr("stakeholders.permissions.can_record_partnership", lambda *_: True)


@caught_by("reports:library", "anonymous", methods=("GET",))
def a_page_without_sign_in(patch: Patch) -> None:
    patch.setattr(reports.views.libraries.library_page, "login_required", False, raising=False)


@caught_by("reports:libraries", "dismissed", methods=("GET",))
def a_closed_account_that_goes_on(patch: Patch) -> None:
    patch.setattr(ModelBackend, "user_can_authenticate", lambda *_: True)


@caught_by("reports:document", "viewer", methods=("GET",))
def letters_shown_to_whoever_reads(patch: Patch) -> None:
    patch.setattr(
        DocumentQuerySet,
        "visible_to",
        lambda self, user: self.filter(region__in=Region.objects.visible_to(user)),
    )


@caught_by("reports:library", "observer", methods=("GET",))
def people_shown_to_observers(patch: Patch) -> None:
    patch.setattr("libraries.permissions.sees_people", lambda user: True)


@caught_by("libraries:person", "pic_a", methods=("GET",))
def accounts_of_everybody(patch: Patch) -> None:
    patch.setattr("libraries.queries.people_of", lambda user: User.objects.all())


@caught_by("libraries:person_change", "pic_a", methods=("POST",))
def accounts_that_also_work_elsewhere(patch: Patch) -> None:
    patch.setattr("libraries.permissions.can_keep", lambda *_: True)


@caught_by("libraries:code_revoke", "pic_a", methods=("POST",))
def codes_of_everybody(patch: Patch) -> None:
    patch.setattr(ActivationQuerySet, "visible_to", everything)


@caught_by("libraries:roster", "pic_a", methods=("GET",))
def rosters_of_everybody(patch: Patch) -> None:
    patch.setattr(RosterImportQuerySet, "visible_to", everything)


@caught_by("reports:libraries", "unverified", methods=("GET",))
def no_second_factor_asked(patch: Patch) -> None:
    patch.setattr(AsksSecondFactor, "process_view", lambda *_: None)


@caught_by("accounts:session_end", "pic_a", methods=("POST",))
def sessions_of_everybody(patch: Patch) -> None:
    patch.setattr(
        "tpbis.accounts.queries.session_of",
        lambda user, handle: next((s for s in Session.objects.all() if s.handle == handle), None),
    )


@caught_by("libraries:activate", "anonymous", methods=("GET",))
def a_dead_code_that_opens(patch: Patch) -> None:
    patch.setattr("libraries.services.redeeming._check", lambda *_: None)


# --- What may be done, and when -------------------------------------------------------------------


@caught_by("activities:approve", "pic_a", methods=("POST",))
def ones_own_report_judged(patch: Patch) -> None:
    patch.setattr(activities.permissions, "can_review", lambda *_: True)


@caught_by("activities:reopen", "pic_a", methods=("POST",))
def anything_reopened(patch: Patch) -> None:
    patch.setattr(activities.permissions, "can_reopen", lambda *_: True)


@caught_by("activities:remove", "librarian_a1", methods=("POST",))
def what_was_sent_still_changed(patch: Patch) -> None:
    patch.setattr(MonthlyReport, "is_editable", True)


@caught_by("activities:submit", "librarian_a1", methods=("POST",))
def what_was_sent_sent_again(patch: Patch) -> None:
    patch.setattr(activities.services.judging, "lock_editable", lambda report, by: report)


@caught_by("activities:submit", "librarian_a1", methods=("GET",))
def a_link_that_sends(patch: Patch) -> None:
    route = cells.ROUTES["activities:submit"]
    patch.setattr(route, "callback", route.callback.__wrapped__)


@caught_by("activities:report", "librarian_a1", methods=("GET",))
def a_page_that_writes(patch: Patch) -> None:
    def with_a_note(*_: Any) -> None:
        Organisation.objects.create(name="dibaca")

    patch.setattr(activities.queries, "last_objection", with_a_note)


# --- Traces ---------------------------------------------------------------------------------------


@caught_by("activities:approve", "pic_a", methods=("POST",))
def a_write_not_noted(patch: Patch) -> None:
    patch.setattr(audit, "record", lambda *_, **__: None)


@caught_by("activities:report", "pic_b", methods=("GET",))
def a_denial_not_noted(patch: Patch) -> None:
    patch.setattr(audit, "deny", lambda **_: None)


# --- What an answer holds -------------------------------------------------------------------------


@caught_by("reports:region", "pic_a", methods=("GET",))
def fields_all(patch: Patch) -> None:
    """As a serializer with ``fields = "__all__"`` over every row would answer."""
    route = cells.ROUTES["reports:region"]

    def all_of_it(request: Any, code: str) -> JsonResponse:
        get_object_or_404(Region.objects.visible_to(request.user), code=code)
        return JsonResponse({"libraries": list(Library.objects.values("name", "contact_name"))})

    patch.setattr(route, "callback", all_of_it)


@caught_by("reports:libraries", "observer", methods=("GET",))
def an_export_without_scope(patch: Patch) -> None:
    route = cells.ROUTES["reports:libraries"]

    def workbook(request: Any) -> Any:
        import io

        from django.http import HttpResponse
        from openpyxl import Workbook

        book, content = Workbook(), io.BytesIO()
        for name in Library.objects.values_list("name"):
            book.active.append(name)
        book.save(content)
        return HttpResponse(content.getvalue(), headers={"Cache-Control": "private"})

    patch.setattr(route, "callback", workbook)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_matrix_sees_it(mutant, the_world, the_sight, asker, monkeypatch):
    def wrong(asker: cells.Asker) -> list[str]:
        asked = cells.cells_of(
            mutant.route, the_world, actors=mutant.actors, methods=mutant.methods
        )
        return cells.run(asked, asker, the_sight).wrong

    assert wrong(asker) == []

    with monkeypatch.context() as patch:
        mutant.plant(patch)
        assert wrong(cells.Asker(the_world)) != []  # another: middleware is bound when first asked


# --- Holes that only a sweep sees -----------------------------------------------------------------


def red(check: Callable[..., None], *arguments: Any) -> bool:
    try:
        check(*arguments)
    except AssertionError:
        return True
    return False


def test_the_sweep_sees_a_page_without_its_token(the_world, forged, monkeypatch):  # noqa: F811
    check = test_sweeps.test_a_forged_request_does_nothing

    route = cells.ROUTES["activities:approve"]
    monkeypatch.setattr(route, "callback", csrf_exempt(route.callback))

    assert red(check, "activities:approve", the_world, forged)


def test_the_sweep_sees_a_foreign_key_of_somebody_else(the_world, the_sight, asker, monkeypatch):
    check = test_sweeps.test_somebody_elses_row_is_no_choice
    real = reports.forms.DocumentForm.__init__

    def offering_all(self: Any, *rest: Any, **more: Any) -> None:
        real(self, *rest, **more)
        self.fields["region"].queryset = Region.objects.all()

    monkeypatch.setattr(reports.forms.DocumentForm, "__init__", offering_all)
    monkeypatch.setattr(reports.permissions, "can_request", lambda *_: True)

    assert red(check, "reports.forms.documents.DocumentForm.region", the_world, the_sight, asker)


def test_the_sweep_sees_a_form_that_takes_every_field(the_world, asker, monkeypatch):
    check = test_sweeps.test_fields_nobody_asked_for_change_nothing_more
    real = EntryForm.content.fget
    names = {one.name for one in Activity._meta.fields if not one.is_relation} - {"id", "uuid"}

    def all_of_it(self: Any) -> dict[str, Any]:
        extra = {name: self.data[name] for name in names & set(self.data)}
        asked = real(self)
        return {**{k: v for k, v in extra.items() if k in ("regulation", "media_name")}, **asked}

    monkeypatch.setattr(EntryForm, "content", property(all_of_it))

    assert red(check, "activities:record_kind", the_world, asker)


def test_the_sweep_sees_a_filter_that_falls_over(
    the_world, the_sight, asker, monkeypatch, record_property
):
    check = test_sweeps.test_a_parameter_does_no_harm

    def by_number(request: Any) -> JsonResponse:
        found = Library.objects.filter(pk=int(request.GET.get("nomor", "1")))
        return JsonResponse({"there": found.exists()}, headers={"Cache-Control": "private"})

    monkeypatch.setattr(cells.ROUTES["reports:libraries"], "callback", by_number)

    assert red(
        check, "reports:libraries", the_world, the_sight, asker, monkeypatch, record_property
    )


def test_there_are_at_least_twenty():
    assert len({mutant.name for mutant in MUTANTS}) >= 20
