"""Where each role lands: what is new, what waits for it, and the way to everything else."""

from reports.views.homes.facilitator import facilitator_home
from reports.views.homes.leader import leader_home
from reports.views.homes.librarian import librarian_home, my_rapor
from reports.views.homes.pic import pic_home
from reports.views.homes.province import province_home
from reports.views.homes.supporter import supporter_home

__all__ = [
    "facilitator_home",
    "leader_home",
    "librarian_home",
    "my_rapor",
    "pic_home",
    "province_home",
    "supporter_home",
]
