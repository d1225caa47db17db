"""What makes a reviewer look twice: explained, and never in anybody's way."""

from activities.flags.kinds import FlagKind
from activities.flags.wording import Flag, flags_of, kinds_of, sentences

__all__ = ["Flag", "FlagKind", "flags_of", "kinds_of", "sentences"]
