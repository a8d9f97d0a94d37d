"""Addresses of the radar of what ends, and of what a finished dossier would come to by other criteria."""

from django.urls import URLPattern, path

from .views import foreseeing, radar

radar_urls: list[URLPattern] = [
    path("quyet-dinh/sap-het-han/", radar.radar, name="radar"),
    path("quyet-dinh/sap-het-han/lich/", radar.radar_calendar, name="radar_calendar"),
    path("ho-so/sap-het-han/", radar.moved, name="expiring"),
    path("ho-so/<int:pk>/cham-theo/", foreseeing.dossier_by, name="dossier_by"),
    path("quyet-dinh/giu-sao/", foreseeing.area_by, name="would_keep"),
]
