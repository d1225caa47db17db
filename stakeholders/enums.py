from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PartnershipKind(TextChoices):
    """What an organisation brings to a library."""

    MONEY = "dana", _("Dana")
    GOODS = "barang", _("Barang")
    SPEAKER = "narasumber", _("Narasumber/pelatihan")
    REGULATION = "regulasi", _("Regulasi")
    PLACE = "tempat", _("Tempat")
    MEDIA = "media", _("Media")
    VOLUNTEERS = "relawan", _("Relawan")
