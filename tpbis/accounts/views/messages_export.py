"""What one was told, as a file of one's own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tpbis.accounts.enums import MessageKind
from tpbis.accounts.models import Message
from tpbis.core.exports import Column, Listing, file_of, label
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

CHUNK = 500
MESSAGES: Sequence[Column[Message]] = [
    Column(gettext_lazy("Diterima"), lambda one: one.created_at, Kind.MOMENT),
    Column(gettext_lazy("Jenis"), label(MessageKind, lambda one: one.kind)),
    Column(gettext_lazy("Judul"), lambda one: one.title),
    Column(gettext_lazy("Isi"), lambda one: one.text),
    Column(gettext_lazy("Dibaca"), lambda one: one.read_at, Kind.MOMENT),
]


@reads
def messages_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Newest first, without the addresses they lead to."""
    listing = Listing(
        name="pesan",
        title=_("Pesan"),
        unit=_("satu baris satu pesan"),
        columns=MESSAGES,
        rows=Message.objects.told_to(request.user).iterator(CHUNK),
    )
    return file_of(listing, form, request.GET)
