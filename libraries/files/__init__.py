"""Files that come in and are kept: signed papers, letterheads, logos, photos of what is needed.

Whatever comes is looked at in a process of its own (:mod:`libraries.darkroom`) before anything is
written, and is kept in the private storage "documents" under a name that is ours.
"""

from libraries.files.keeping import BadFile, KeptFile, forget, keep_paper, keep_picture, kept

__all__ = ["BadFile", "KeptFile", "forget", "keep_paper", "keep_picture", "kept"]
