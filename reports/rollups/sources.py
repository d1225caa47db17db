"""Every table that a figure of a regency is made of."""

from reports.rollups.marks import Source

_REPORTED = "l.id = {r}.library_id AND {r}.state IN ('submitted', 'approved')"
_EVERYWHERE = {
    "among": "(SELECT DISTINCT regency_id FROM libraries_library) l",
    "where": "{r}.id IS NOT NULL",
}
_TALLIED = (
    "involvement",
    "participants",
    "participants_women",
    "participants_men",
    "participants_disabled",
    "advocacy",
    "sustainability_signs",
    "service",
    "publications",
    "visits_entered",
    "visits_men",
    "visits_women",
    "visits_total",
)

_MADE_OF = (
    "involvement",
    "participants",
    "advocacy",
    "service",
    "visit_months",
    "publications",
    "sustainability",
)

SOURCES = (
    # Who takes part, where and since when.
    Source(
        "libraries_library",
        ("regency_id", "joined_on", "kind"),
        "NULL",
        place="l.id",
        among="libraries_region l",
        where="l.id = {r}.regency_id",
    ),
    Source("libraries_inactivity", ("library_id", "starts_on", "ends_on"), "{r}.starts_on"),
    Source("libraries_formerlibrary", ("library_id", "number"), "NULL"),
    Source(
        "libraries_region",
        ("reporting_mode", "name", "code"),
        "NULL",
        place="l.id",
        among="libraries_region l",
        where="l.id = {r}.id",
        events=("update",),
    ),
    # Why a grey library is grey.
    Source("libraries_simaccount", ("library_id", "state", "since_on"), "{r}.since_on"),
    Source(
        "libraries_assignment",
        ("user_id", "library_id", "starts_on", "ends_on"),
        "{r}.starts_on",
    ),
    Source(
        "accounts_user",
        ("activated_at",),
        "post.starts_on",
        among="libraries_assignment post, libraries_library l",
        where="post.user_id = {r}.id AND l.id = post.library_id",
        events=("update",),
    ),
    # What was reported, counted, scored and closed.
    Source(
        "activities_monthlyreport",
        ("library_id", "month", "source", "number", "state", "first_submitted_at"),
        "{r}.month",
        where=_REPORTED,
    ),
    Source("activities_excuse", ("library_id", "month", "withdrawn_at"), "{r}.month"),
    Source("activities_story", ("library_id", "state", "happened_on"), "{r}.happened_on"),
    # With a library, or with its regency (or the province) as a whole.
    Source(
        "stakeholders_partnership",
        ("library_id", "region_id", "starts_on", "ends_on"),
        "{r}.starts_on",
        place="l.id",
        among="libraries_region l",
        where="l.id = COALESCE({r}.region_id, (SELECT supported.regency_id "
        "FROM libraries_library supported WHERE supported.id = {r}.library_id))",
    ),
    Source("kpi_monthlytally", ("library_id", "month", "seals", *_TALLIED), "{r}.month"),
    Source(
        "kpi_score",
        ("library_id", "through", "colour", "points", "rule_set_id", "months_due", *_MADE_OF),
        "{r}.through",
    ),
    Source(
        "kpi_ruleset",
        ("state", "valid_from"),
        "{r}.valid_from",
        among=_EVERYWHERE["among"],
        where="{r}.valid_from IS NOT NULL",
    ),
    Source("kpi_closing", ("through",), "{r}.through", **_EVERYWHERE),
    Source(
        "kpi_closingscore",
        ("library_id", "colour", "grey"),
        "closing.through",
        among="libraries_library l, kpi_closing closing",
        where="l.id = {r}.library_id AND closing.id = {r}.closing_id",
    ),
)
