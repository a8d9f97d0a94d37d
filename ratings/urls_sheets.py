"""Addresses of the council's room: sheets, the live table, one dossier before the council, its papers."""

from django.urls import URLPattern, path

from .views import council_item as item
from .views import council_papers as papers
from .views import council_table as table
from .views import member_sheets as sheets

sheets_urls: list[URLPattern] = [
    path("hoi-dong/phieu/", sheets.my_sheets, name="my_sheets"),
    path("hoi-dong/phieu/<int:pk>/", sheets.sheet, name="sheet"),
    path("hoi-dong/phieu/<int:pk>/nop/", sheets.sheet_close, name="sheet_close"),
    path("hoi-dong/phieu/<int:pk>/mo-lai/", sheets.sheet_reopen, name="sheet_reopen"),
    path("hoi-dong/phieu/<int:pk>/<str:code>/luu/", sheets.sheet_save, name="sheet_save"),
    path("hoi-dong/phien/<int:pk>/bang/", table.live_table, name="live_table"),
    path("hoi-dong/phien/<int:pk>/bang/so-lieu/", table.live_table_state, name="live_table_state"),
    path(
        "hoi-dong/phien/<int:pk>/giay-to/<str:paper>/<str:kind>/", papers.session_paper, name="session_paper"
    ),
    path("hoi-dong/muc/<int:pk>/", item.council_item, name="council_item"),
    path("hoi-dong/muc/<int:pk>/viec/<str:act>/", item.council_act, name="council_act"),
    path("hoi-dong/muc/<int:pk>/phieu-cham/<str:kind>/", papers.sheets_paper, name="sheets_paper"),
    path("hoi-dong/muc/<int:pk>/dieu-kien-loai/", item.knockout_move, name="knockout_move"),
    path(
        "hoi-dong/muc/<int:pk>/dieu-kien-loai/<int:motion>/bieu-quyet/",
        item.knockout_vote,
        name="knockout_vote",
    ),
    path(
        "hoi-dong/muc/<int:pk>/dieu-kien-loai/<int:motion>/kiem-phieu/",
        item.knockout_count,
        name="knockout_count",
    ),
]
