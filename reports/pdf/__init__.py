"""HTML to PDF, and PDFs to one document. The only module that knows WeasyPrint.

Layout happens in child processes that this module starts as ``python -m reports.pdf``: they speak
over pipes (Celery's own children may not use multiprocessing), have imported everything before the
first page comes, may use so much memory and so much time, and can open nothing but the fonts of the
print style. One that dies or hangs takes a page with it, never the worker.

    parent -> child   length, HTML   (the length with the sign bit: tagged, as PDF/UA)
    child -> parent   length, PDF     or     length with the sign bit, what went wrong
"""

from reports.pdf.binding import Bound, Heading, Part, bind, gather, headings, numbering, page_count
from reports.pdf.places import STATIC, STYLE
from reports.pdf.press import ChildDied, Limits, NotLaidOut, Press, TookTooLong

__all__ = [
    "STATIC",
    "STYLE",
    "Bound",
    "ChildDied",
    "Heading",
    "Limits",
    "NotLaidOut",
    "Part",
    "Press",
    "TookTooLong",
    "bind",
    "gather",
    "headings",
    "numbering",
    "page_count",
]
