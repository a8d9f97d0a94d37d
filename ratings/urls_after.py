"""Addresses of what comes after a council: results, decided events, objections, inspections."""

from django.urls import URLPattern, path

from .views import amendments, inspections, objections, results

after_urls: list[URLPattern] = [
    path("ho-so/<int:pk>/ket-qua/sua/", results.result_correct, name="result_correct"),
    path("ho-so/<int:pk>/ket-qua/<int:result>/tep/", results.result_paper, name="result_paper"),
    path("quyet-dinh/cong-nhan/<int:pk>/de-xuat/", amendments.recognition_act, name="recognition_act"),
    path(
        "quyet-dinh/<int:pk>/su-viec/<int:act>/bo/",
        amendments.decision_act_remove,
        name="decision_act_remove",
    ),
    path("quyet-dinh/kien-nghi/", objections.objections, name="objections"),
    path("ho-so/<int:pk>/kien-nghi/", objections.objection_new, name="objection_new"),
    path("quyet-dinh/kien-nghi/<int:pk>/", objections.objection, name="objection"),
    path("quyet-dinh/kien-nghi/<int:pk>/tra-loi/", objections.objection_answer, name="objection_answer"),
    path("quyet-dinh/kien-nghi/<int:pk>/tep/", objections.objection_paper, name="objection_paper"),
    path("quyet-dinh/kiem-tra/", inspections.inspections, name="inspections"),
    path("quyet-dinh/cong-nhan/<int:pk>/kiem-tra/", inspections.inspection_new, name="inspection_new"),
    path("quyet-dinh/kiem-tra/<int:pk>/", inspections.inspection, name="inspection"),
    path("quyet-dinh/kiem-tra/<int:pk>/ghi/", inspections.inspection_record, name="inspection_record"),
    path("quyet-dinh/kiem-tra/<int:pk>/khac-phuc/", inspections.inspection_mended, name="inspection_mended"),
    path("quyet-dinh/kiem-tra/<int:pk>/bien-ban.pdf", inspections.inspection_paper, name="inspection_paper"),
]
