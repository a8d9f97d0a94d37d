"""Addresses of decisions, recognitions and value chains."""

from django.urls import URLPattern, path

from .views import decisions, recognitions, value_chains

decision_urls: list[URLPattern] = [
    path("quyet-dinh/", decisions.decisions, name="decisions"),
    path("quyet-dinh/moi/", decisions.decision_new, name="decision_new"),
    path("quyet-dinh/<int:pk>/", decisions.decision, name="decision"),
    path("quyet-dinh/<int:pk>/ky/", decisions.decision_sign, name="decision_sign"),
    path("quyet-dinh/<int:pk>/bo/", decisions.decision_drop, name="decision_drop"),
    path("quyet-dinh/<int:pk>/ban-chup/", decisions.decision_scan, name="decision_scan"),
    path("quyet-dinh/cong-nhan/", recognitions.recognitions, name="recognitions"),
    path("quyet-dinh/cong-nhan/nhap/", recognitions.recognition_new, name="recognition_new"),
    path("quyet-dinh/cong-nhan/<int:pk>/", recognitions.recognition, name="recognition"),
    path("quyet-dinh/cong-nhan/<int:pk>/su-viec/", recognitions.recognition_event, name="recognition_event"),
    path("quyet-dinh/chuoi-gia-tri/", value_chains.value_chains, name="value_chains"),
    path("quyet-dinh/chuoi-gia-tri/nhap/", value_chains.value_chain_new, name="value_chain_new"),
]
