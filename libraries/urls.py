"""Pages that keep the register and its people; what shows figures beside them lives in reports."""

from django.urls import URLPattern, path

from libraries.views import (
    activation,
    list_exports,
    merging,
    people,
    people_export,
    posts,
    register,
    rosters,
    sim_states,
    tokens,
)

app_name = "libraries"

urlpatterns: list[URLPattern] = [
    # --- The register (views/register.py, views/merging.py) ---
    path("perpustakaan/tambah/", register.library_add, name="library_add"),
    path("perpustakaan/<int:pk>/ubah/", register.library_change, name="library_change"),
    path(
        "perpustakaan/<int:pk>/nonaktifkan/",
        register.library_deactivate,
        name="library_deactivate",
    ),
    path("perpustakaan/<int:pk>/aktifkan/", register.library_reactivate, name="library_reactivate"),
    path("perpustakaan/<int:pk>/pindahkan/", register.library_move, name="library_move"),
    path("perpustakaan/<int:pk>/gabungkan/", merging.library_merge, name="library_merge"),
    # --- Roster import in the browser (views/rosters.py) ---
    path("perpustakaan/impor/", rosters.roster_list, name="rosters"),
    path(
        "perpustakaan/impor/unduh/<str:form>/", list_exports.rosters_export, name="rosters_export"
    ),
    path("perpustakaan/impor/templat/", rosters.roster_template, name="roster_template"),
    path("perpustakaan/impor/<int:pk>/", rosters.roster_page, name="roster"),
    path("perpustakaan/impor/<int:pk>/kolom/", rosters.roster_columns, name="roster_columns"),
    path("perpustakaan/impor/<int:pk>/tempat/", rosters.roster_places, name="roster_places"),
    path("perpustakaan/impor/<int:pk>/setuju/", rosters.roster_confirm, name="roster_confirm"),
    path("perpustakaan/impor/<int:pk>/batal/", rosters.roster_cancel, name="roster_cancel"),
    path("perpustakaan/impor/<int:pk>/kemajuan/", rosters.roster_progress, name="roster_progress"),
    # --- SIM account states (views/sim_states.py) ---
    path("perpustakaan/akun-sim/", sim_states.sim_states, name="sim_states"),
    # --- People (views/people.py, views/posts.py) ---
    path("orang/", people.people, name="people"),
    path("orang/unduh/<str:form>/", people_export.people_export, name="people_export"),
    path("orang/baru/", people.person_add, name="person_add"),
    path("orang/<int:pk>/", people.person, name="person"),
    path("orang/<int:pk>/ubah/", people.person_change, name="person_change"),
    path("orang/<int:pk>/pindah/", posts.person_move, name="person_move"),
    path("orang/<int:pk>/nonaktifkan/", people.person_deactivate, name="person_deactivate"),
    path("orang/<int:pk>/aktifkan/", people.person_reactivate, name="person_reactivate"),
    path("orang/<int:pk>/kode/", people.person_code, name="person_code"),
    path("orang/<int:pk>/faktor-kedua/", people.person_reset_factor, name="person_reset_factor"),
    path("tugas/<int:pk>/akhiri/", posts.assignment_end, name="assignment_end"),
    path("perpustakaan/<int:pk>/ganti-pengelola/", posts.handover, name="handover"),
    path("pelimpahan/", posts.delegations, name="delegations"),
    path(
        "pelimpahan/unduh/<str:form>/", list_exports.delegations_export, name="delegations_export"
    ),
    path("pelimpahan/<int:pk>/akhiri/", posts.delegation_end, name="delegation_end"),
    # --- Programs (views/tokens.py) ---
    path("token/", tokens.tokens, name="tokens"),
    path("token/<int:pk>/cabut/", tokens.token_revoke, name="token_revoke"),
    # --- Activation (views/activation.py) ---
    path("aktivasi/", activation.activation_start, name="activation_start"),
    path("aktivasi/<str:code>/", activation.activate, name="activate"),
    path("kode/", activation.code, name="code"),
    path("kode/<int:pk>/cabut/", activation.code_revoke, name="code_revoke"),
]
