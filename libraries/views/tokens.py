"""Programs that ask the API: which there are, one more, one less."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries import queries, services
from libraries.forms.tokens import TokenForm
from libraries.http import blame
from tpbis.accounts import services as accounts

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: "SignedInRequest") -> HttpResponse:
    """All programs of one's places; a new one's secret is shown in the answer, once."""
    form = TokenForm(request.POST if request.method == "POST" else None, by=request.user)
    if not form.is_valid():
        return _list_page(request, form, status=422 if form.is_bound else 200)
    try:
        token, secret = services.let_program_in(by=request.user, **form.cleaned_data)
    except ValidationError as error:
        blame(form, error)
        return _list_page(request, form, status=422)
    return render(request, "libraries/token.html", {"token": token, "secret": secret})


def _list_page(request: "SignedInRequest", form: TokenForm, *, status: int) -> HttpResponse:
    context = {"form": form, "tokens": queries.listed_tokens(request.user)}
    return render(request, "libraries/tokens.html", context, status=status)


@require_POST
def token_revoke(request: "SignedInRequest", pk: int) -> HttpResponse:
    token = get_object_or_404(queries.tokens_of(request.user), pk=pk)
    accounts.revoke_token(token=token, by=request.user)
    messages.success(request, _("Token %(name)s dicabut.") % {"name": token.name})
    return redirect("libraries:tokens")
