from libraries import permissions as register
from libraries.models import Region
from stakeholders.models import SynergyTeam
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def keeps_teams(user: User) -> bool:
    """Whose work synergy teams are at all, wherever."""
    return register.keeps_register(user)


def can_keep_team_of(user: User, region: Region) -> bool:
    """The province any team's, a PIC that of its own regency."""
    return register.can_register_in(user, region)


def can_keep_team(user: User, team: SynergyTeam) -> bool:
    return can_keep_team_of(user, team.region)


def sees_members(user: User) -> bool:
    """Who sits in a team by name, and the papers that say so; observers see bodies and seats."""
    return user.role != Role.OBSERVER
