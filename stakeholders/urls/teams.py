from django.urls import path

from stakeholders.views import candidates, team_papers, teams

urlpatterns = [
    path("sinergi/tim/", teams.teams, name="teams"),
    path("sinergi/tim/unduh/<str:form>/", team_papers.teams_export, name="teams_export"),
    path("sinergi/tim/baru/", teams.team_add, name="team_add"),
    path("sinergi/tim/<int:pk>/", teams.team, name="team"),
    path("sinergi/tim/<int:pk>/ubah/", teams.team_change, name="team_change"),
    path("sinergi/tim/<int:pk>/sk/", teams.decree_step, name="decree_step"),
    path("sinergi/tim/sk/<int:pk>/berkas/", team_papers.decree_file, name="decree_file"),
    path("sinergi/tim/<int:pk>/anggota/tambah/", teams.member_add, name="member_add"),
    path("sinergi/tim/anggota/<int:pk>/ubah/", teams.member_change, name="member_change"),
    path("sinergi/tim/anggota/<int:pk>/akhiri/", teams.member_end, name="member_end"),
    path("sinergi/tim/<int:pk>/lampiran/", team_papers.team_annex, name="team_annex"),
    path(
        "sinergi/tim/<int:pk>/anggota/unduh/<str:form>/",
        team_papers.team_members_export,
        name="team_members_export",
    ),
    path("sinergi/angkatan/calon/", candidates.candidates, name="candidates"),
    path(
        "sinergi/angkatan/calon/unduh/<str:form>/",
        candidates.candidates_export,
        name="candidates_export",
    ),
    path("sinergi/angkatan/calon/tambah/", candidates.candidate_add, name="candidate_add"),
    path(
        "sinergi/angkatan/calon/<int:pk>/ubah/",
        candidates.candidate_change,
        name="candidate_change",
    ),
]
