"""What would be if: a scenario in which every library of somebody's places stands on the page."""

from tests.authorisation.bodies import QUERIES

EVERYBODY = {"warna": "semua", "tujuan": "green", "cara": "jalan", "berapa": ""}
QUERIES["reports:what_if"] = EVERYBODY
QUERIES["reports:what_if_export"] = EVERYBODY
