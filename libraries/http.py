"""What the pages about people share: forms that services found wrong, and a code shown once."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponseRedirect
from django.shortcuts import redirect

from libraries.models import Activation

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

_CODE = "code_to_show"


def blame(form: BaseForm, error: ValidationError) -> None:
    """At the field where the form has it, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error.messages)
        return
    for field, messages in error.message_dict.items():
        form.add_error(field if field in form.fields else None, messages)


def show_code(request: "SignedInRequest", activation: Activation) -> HttpResponseRedirect:
    """On to the page that shows the code: once, to whoever gave it out. The session remembers which
    one, never the code itself."""
    request.session[_CODE] = activation.pk
    return redirect("libraries:code")


def code_to_show(request: "SignedInRequest") -> Activation | None:
    activation = Activation.objects.valid().filter(
        pk=request.session.pop(_CODE, None), issued_by=request.user
    )
    return activation.select_related("library__region", "library__regency", "user").first()
