"""Whom to call at a supporting body, and which accounts speak for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stakeholders import permissions, services
from stakeholders.forms.organisations import ContactForm, EndForm, MembershipForm
from stakeholders.models import Contact, Membership, Organisation
from stakeholders.views.organisations import seen_organisation

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def contact_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    organisation = seen_organisation(request, pk)
    if not permissions.can_keep_contacts(request.user, organisation):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, organisation, ContactForm(), _("Catat narahubung"))
    form = ContactForm(request.POST)

    def keep() -> None:
        services.record_contact(organisation=organisation, person=form.person, by=request.user)

    return _kept(request, organisation, form, keep, _("Catat narahubung"))


@require_http_methods(["GET", "HEAD", "POST"])
def contact_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    contact = _seen_contact(request, pk)
    organisation = contact.organisation
    if not permissions.can_keep_contacts(request.user, organisation):
        raise PermissionDenied
    if contact.erased_at is not None:
        messages.error(request, str(services.ConsentWithdrawn()))
        return _page(request, organisation, ContactForm(), _("Catat narahubung"), status=409)
    if request.method != "POST":
        return _page(request, organisation, ContactForm.of(contact), _("Perbaiki"), contact=contact)
    form = ContactForm(request.POST)

    def keep() -> None:
        services.change_contact(contact=contact, person=form.person, by=request.user)

    return _kept(request, organisation, form, keep, _("Perbaiki"), contact=contact)


@require_POST
def contact_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    contact = _seen_contact(request, pk)
    services.withdraw_contact(contact=contact, by=request.user)
    messages.success(request, _("Nama, telepon, dan surelnya dihapus. Jabatannya tetap tercatat."))
    return redirect(contact.organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    organisation = seen_organisation(request, pk)
    if not permissions.keeps_organisations(request.user):
        raise PermissionDenied
    title = _("Hubungkan akun pendukung")
    if request.method != "POST":
        return _page(request, organisation, MembershipForm(), title)
    form = MembershipForm(request.POST)

    def keep() -> None:
        services.add_membership(
            organisation=organisation,
            user=form.chosen,
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
            by=request.user,
        )

    return _kept(request, organisation, form, keep, title)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    if not permissions.keeps_organisations(request.user):
        raise PermissionDenied
    seen = Organisation.objects.visible_to(request.user)
    membership = get_object_or_404(
        Membership.objects.for_list().filter(organisation__in=seen), pk=pk
    )
    title = _("Akhiri hubungan %(name)s") % {"name": membership.user.full_name}
    if request.method != "POST":
        return _page(request, membership.organisation, EndForm(), title)
    form = EndForm(request.POST)

    def keep() -> None:
        services.end_membership(
            membership=membership, ends_on=form.cleaned_data["ends_on"], by=request.user
        )

    return _kept(request, membership.organisation, form, keep, title)


def _seen_contact(request: "SignedInRequest", pk: int) -> Contact:
    seen = Contact.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(seen, pk=pk)


def _kept(
    request: "SignedInRequest",
    organisation: Organisation,
    form: forms.Form,
    keep: Callable[[], None],
    title: str,
    **more: Any,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, organisation, form, title, status=422, **more)
    try:
        keep()
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, organisation, form, title, status=422, **more)
    except services.ConsentWithdrawn as refused:
        form.add_error(None, str(refused))
        return _page(request, organisation, form, title, status=409, **more)
    messages.success(request, _("Tersimpan."))
    return redirect(organisation)


def _page(
    request: "SignedInRequest",
    organisation: Organisation,
    form: forms.Form,
    title: str,
    *,
    contact: Contact | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"organisation": organisation, "form": form, "title": title, "contact": contact}
    return render(request, "stakeholders/organisation_part.html", context, status=status)
