from reports.models.boundaries import Boundaries
from reports.models.certificates import Certificate
from reports.models.documents import Document, Office, Schedule, SignedCopy
from reports.models.provinces import ProvinceSettings
from reports.models.rollups import AreaMonth, FiguresState, StaleArea

__all__ = [
    "AreaMonth",
    "Boundaries",
    "Certificate",
    "Document",
    "FiguresState",
    "Office",
    "ProvinceSettings",
    "Schedule",
    "SignedCopy",
    "StaleArea",
]
