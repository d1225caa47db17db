from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person comes for; where, is an Assignment."""

    PROVINCE_STAFF = "province_staff", _("Staf provinsi")
    PROVINCE_VIEWER = "province_viewer", _("Pimpinan")
    OBSERVER = "observer", _("Pengamat")
    REGENCY_PIC = "regency_pic", _("PIC kabupaten/kota")
    FACILITATOR = "facilitator", _("Fasilitator daerah")
    LIBRARIAN = "librarian", _("Pengelola perpustakaan")
    SUPPORTER = "supporter", _("Lembaga pendukung")
