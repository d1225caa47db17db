from reports.models.boundaries import Boundaries
from reports.models.documents import Document, Office

__all__ = ["Boundaries", "Document", "Office"]
