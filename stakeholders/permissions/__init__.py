"""Who may do what; each module says it of its own things."""

from stakeholders.permissions.cohorts import (
    can_keep_candidate,
    can_keep_cohort,
    keeps_cohorts,
)
from stakeholders.permissions.events import (
    arranges_events,
    can_answer,
    can_arrange,
    can_erase,
    sees_names,
)
from stakeholders.permissions.needs import (
    brings_together,
    can_change_offer,
    can_judge_need,
    can_prioritise,
    can_promise,
    can_realise,
    can_state_need,
    can_state_offer,
    speaks_for,
    states_offers,
)
from stakeholders.permissions.organisations import (
    adds_organisations,
    can_change_organisation,
    can_keep_contacts,
    can_lift_organisation,
    can_merge_organisations,
    keeps_organisations,
)
from stakeholders.permissions.support import (
    can_record_partnership,
    can_record_support,
    records_support,
)
from stakeholders.permissions.teams import (
    can_keep_team,
    can_keep_team_of,
    keeps_teams,
    sees_members,
)

__all__ = [
    "adds_organisations",
    "arranges_events",
    "brings_together",
    "can_answer",
    "can_arrange",
    "can_change_offer",
    "can_change_organisation",
    "can_erase",
    "can_judge_need",
    "can_keep_candidate",
    "can_keep_cohort",
    "can_keep_contacts",
    "can_keep_team",
    "can_keep_team_of",
    "can_lift_organisation",
    "can_merge_organisations",
    "can_prioritise",
    "can_promise",
    "can_realise",
    "can_record_partnership",
    "can_record_support",
    "can_state_need",
    "can_state_offer",
    "keeps_cohorts",
    "keeps_organisations",
    "keeps_teams",
    "records_support",
    "sees_members",
    "sees_names",
    "speaks_for",
    "states_offers",
]
