"""Why a document is not made, asked for or stopped."""


class NotForThisRegion(Exception):
    """A document of this kind is made by whoever works for its region or library."""


class NotFailed(Exception):
    """Only a document that failed or was cancelled can be started anew."""


class NotWaiting(Exception):
    """Only a document that is not there yet can be cancelled."""


class NotMade(Exception):
    """No document came of it; the text says why, ``part`` which chapter is at fault."""

    def __init__(self, text: str, *, part: str = "") -> None:
        super().__init__(text)
        self.part = part


class Superseded(Exception):
    """Another attempt holds the document, or it was cancelled; this one has nothing to say."""
