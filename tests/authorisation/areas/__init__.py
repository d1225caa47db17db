"""What the matrix knows of each part of the portal that has its own things, rows and bodies: a
module a part, registered by importing it here."""

from tests.authorisation.areas import (  # noqa: F401
    follow_up,
    judging,
    messages,
    photos,
    recording,
    review,
    stories,
)
