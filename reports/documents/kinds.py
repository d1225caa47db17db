"""Every kind of paper of one piece, known by being imported."""

from reports.documents import (  # noqa: F401
    annex,
    attendance,
    certificates,
    handover,
    impact,
    iplm,
    proposal,
    rapor,
    review,
    village,
    work,
)
