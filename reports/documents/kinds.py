"""Every kind of paper of one piece, known by being imported."""

from reports.documents import (  # noqa: F401
    certificates,
    iplm,
    rapor,
    review,
    village,
    work,
)
