"""Which library of the register a row of the SIM feed speaks of. Pure.

A wrong link is worse than none: what is not certain stays unmatched, with the reason, and with
candidates for whoever decides.
"""

from activities.matching.matcher import Candidate, Match, Matcher, Registered

__all__ = ["Candidate", "Match", "Matcher", "Registered"]
