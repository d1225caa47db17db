"""In by name and password, out for good."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from tpbis.accounts import services
from tpbis.accounts.forms import SignInForm
from tpbis.accounts.http import forget_device, keep_signed_in
from tpbis.accounts.sessions import ENDED

if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm

    from tpbis.accounts.models import SignedInRequest


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SignIn(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ended = self.request.session.pop(ENDED, "")  # said once
        return super().get_context_data(**kwargs) | {"ended": ended}

    def form_valid(self, form: "AuthenticationForm") -> HttpResponse:
        user = form.get_user()
        services.sign_in(self.request, user)
        response = HttpResponseRedirect(self.get_success_url())
        forget_device(self.request, response, by=user)
        if form.cleaned_data["keep"]:
            keep_signed_in(self.request, response, user)
        return response


@require_POST
def sign_out(request: "SignedInRequest") -> HttpResponse:
    """Ends the session, and the device that would open the next one."""
    response = redirect("accounts:sign_in")
    forget_device(request, response, by=request.user)
    logout(request)
    return response
