"""What the matrix knows of each part of the portal that has its own things, rows and bodies: a
module a part, registered by importing it here."""

from tests.authorisation.areas import (  # noqa: F401
    awards,
    closings,
    documents,
    exports,
    follow_up,
    homes,
    judging,
    messages,
    official,
    papers,
    photos,
    provinces,
    recording,
    review,
    rules,
    runs,
    stories,
    support,
    synergy,
    what_if,
)
