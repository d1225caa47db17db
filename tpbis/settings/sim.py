"""The national SIM: where its feed is fetched from, and when."""

from celery.schedules import crontab
from environ import Env

env = Env()

# Where the national SIM answers: {kind}, {code}, {start} and {end} are filled in. Empty: not asked.
TPBIS_SIM_ADDRESS = env.str("TPBIS_SIM_ADDRESS", default="")
TPBIS_SIM_TIMEOUT = env.int("TPBIS_SIM_TIMEOUT", default=30)  # seconds, of a whole answer
TPBIS_SIM_RETRIES = env.int("TPBIS_SIM_RETRIES", default=2)
TPBIS_SIM_MOST_MB = env.int("TPBIS_SIM_MOST_MB", default=50)
TPBIS_SIM_MONTHS = env.int("TPBIS_SIM_MONTHS", default=3)  # asked for, this one included
TPBIS_SIM_HOUR = env.int("TPBIS_SIM_HOUR", default=3)  # of each night, WIB

SIM_SCHEDULE = {
    "sim-fetch-night": {
        "task": "activities.fetch_sim",
        "schedule": crontab(hour=TPBIS_SIM_HOUR, minute=20),
        "options": {"expires": 6 * 60 * 60},
    },
    "sim-imports-sweep": {
        "task": "activities.sweep_sim_imports",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
}
