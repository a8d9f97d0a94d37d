"""Addresses of rounds, councils, sessions and interests."""

from django.urls import URLPattern, path

from .views import councils, interests, item_dossier, round_pages, rounds, sessions

council_urls: list[URLPattern] = [
    path("hoi-dong/", rounds.rounds, name="rounds"),
    path("hoi-dong/dot/moi/", round_pages.round_new, name="round_new"),
    path("hoi-dong/dot/<int:pk>/", round_pages.round_page, name="round"),
    path("hoi-dong/dot/<int:pk>/sua/", round_pages.round_edit, name="round_edit"),
    path("hoi-dong/dot/<int:pk>/ho-so/", round_pages.round_dossiers, name="round_dossiers"),
    path("hoi-dong/dot/<int:pk>/ho-so/bo/", round_pages.round_take_out, name="round_take_out"),
    path("hoi-dong/hd/moi/", councils.council_new, name="council_new"),
    path("hoi-dong/hd/<int:pk>/", councils.council, name="council"),
    path("hoi-dong/hd/<int:pk>/sua/", councils.council_edit, name="council_edit"),
    path("hoi-dong/hd/<int:pk>/thanh-vien/", councils.council_seat, name="council_seat"),
    path(
        "hoi-dong/hd/<int:pk>/thanh-vien/<int:member>/thoi/",
        councils.council_seat_end,
        name="council_seat_end",
    ),
    path("hoi-dong/hd/<int:pk>/phien/moi/", sessions.session_new, name="session_new"),
    path("hoi-dong/phien/<int:pk>/", sessions.session, name="session"),
    path("hoi-dong/phien/<int:pk>/sua/", sessions.session_edit, name="session_edit"),
    path("hoi-dong/phien/<int:pk>/bo/", sessions.session_drop, name="session_drop"),
    path("hoi-dong/phien/<int:pk>/chuong-trinh/", sessions.session_agenda, name="session_agenda"),
    path("hoi-dong/phien/<int:pk>/giay-moi/", sessions.session_invitation, name="session_invitation"),
    path("hoi-dong/phien/<int:pk>/diem-danh/", sessions.session_attendance, name="session_attendance"),
    path("hoi-dong/phien/<int:pk>/khai/", interests.session_declare, name="session_declare"),
    path("hoi-dong/phien/<int:pk>/mo/", sessions.session_open, name="session_open"),
    path("hoi-dong/phien/<int:pk>/dong/", sessions.session_close, name="session_close"),
    path("hoi-dong/muc/<int:pk>/bo/", sessions.item_remove, name="item_remove"),
    path("hoi-dong/muc/<int:pk>/chuyen/", sessions.item_shift, name="item_shift"),
    path("hoi-dong/muc/<int:pk>/hoan/", sessions.item_postpone, name="item_postpone"),
    path("hoi-dong/muc/<int:pk>/ho-so/", item_dossier.item_dossier, name="item_dossier"),
    path("hoi-dong/muc/<int:pk>/giay-to/<int:paper>/", item_dossier.item_paper, name="item_paper"),
    path("hoi-dong/muc/<int:pk>/minh-chung/<int:use>/", item_dossier.item_evidence, name="item_evidence"),
    path("hoi-dong/loi-ich/", interests.interests, name="interests"),
    path("hoi-dong/loi-ich/moi/", interests.interest_new, name="interest_new"),
    path("hoi-dong/loi-ich/<int:pk>/bo/", interests.interest_remove, name="interest_remove"),
]
