"""What recording refuses because of what is there already, with what there is."""

from django.utils.translation import gettext as _

from activities.models import Activity, MonthlyReport
from activities.services.refusals import ChangedMeanwhile
from libraries.models import Library

MAX_PHOTOS = 6  # of one entry


class RecordedInSim(Exception):
    """Where the SIM is used nothing is recorded here."""

    def __init__(self, library: Library) -> None:
        super().__init__(
            _("Di %(regency)s kegiatan dicatat di SIM Perpusnas.") % {"regency": library.regency}
        )


class EntryChanged(ChangedMeanwhile):
    """``entry`` is as it was saved meanwhile."""

    def __init__(self, entry: Activity) -> None:
        super().__init__()
        self.entry = entry


class EntryGone(Exception):
    """The entry was deleted meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Catatan ini sudah dihapus sejak halaman ini dibuka. Bila tetap perlu, tekan "
                "Simpan: isinya menjadi catatan baru."
            )
        )


class VisitsChanged(ChangedMeanwhile):
    """``report`` holds the figures that were saved meanwhile."""

    def __init__(self, report: MonthlyReport) -> None:
        Exception.__init__(
            self,
            _(
                "Sejak halaman ini dibuka sudah tersimpan %(men)s laki-laki dan %(women)s "
                "perempuan. Bila angka Anda yang benar, simpan sekali lagi."
            )
            % {"men": report.visits_men, "women": report.visits_women},
        )
        self.report = report


class TooManyPhotos(Exception):
    """An entry shows at most six."""

    def __init__(self) -> None:
        super().__init__(
            _("Paling banyak %(most)s foto untuk satu catatan.") % {"most": MAX_PHOTOS}
        )
