"""Why a step was not taken, in words for the person who tried."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from activities.models import Story
from activities.queries import stories as queries


class StoryLocked(Exception):
    """The story was sent in, published or withdrawn and may not change."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini sudah dikirim, jadi isinya terkunci."))


class ConsentLocked(Exception):
    """What was agreed to stands under a seal, or the story is no longer told."""

    def __init__(self) -> None:
        super().__init__(
            _("Persetujuan cerita yang sudah terbit atau ditarik tidak bisa diubah lagi.")
        )


class ConsentGone(Exception):
    """Somebody withdrew it already."""

    def __init__(self) -> None:
        super().__init__(_("Persetujuan ini sudah dicabut."))


class StoryNotWaiting(Exception):
    """Somebody decided already."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini sudah tidak menunggu pemeriksaan."))


class NotWithdrawable(Exception):
    """A draft was never shown to anybody; a withdrawn one is gone already."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini tidak sedang terbit atau diajukan."))


class NotWithdrawn(Exception):
    """Only what was withdrawn can be taken up again."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini tidak sedang ditarik."))


class StoryChangedMeanwhile(Exception):
    """The form, or the page that was read, is older than the story; ``story`` is as it is now."""

    missing: tuple[str, ...] = ()

    def __init__(self, story: Story) -> None:
        self.story = story
        super().__init__(
            _("Cerita ini sudah berubah sejak halaman ini dibuka. Bandingkan dulu, lalu putuskan.")
        )


class AlreadyWritten(Exception):
    """The same form came before with other content; as a new story it needs a new uuid."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Cerita dari formulir ini sudah tersimpan dengan isi lain. Bila ini memang cerita "
                "baru, tekan Simpan sekali lagi."
            )
        )


class TooManyPhotos(Exception):
    """A story shows at most six pictures."""

    def __init__(self) -> None:
        super().__init__(
            _("Paling banyak %(most)s foto untuk satu cerita.") % {"most": queries.MAX_PHOTOS}
        )


class NotAgreed(Exception):
    """Somebody in the story has not agreed; ``missing`` says what is lacking, line by line."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(" ".join([_("Cerita ini belum boleh terbit."), *missing]))
