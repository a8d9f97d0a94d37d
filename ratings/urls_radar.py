"""Addresses of the radar of what ends, and of what a finished dossier would come to by other criteria."""

from django.urls import URLPattern, path

from .views import radar

radar_urls: list[URLPattern] = [
    path("quyet-dinh/sap-het-han/", radar.radar, name="radar"),
    path("quyet-dinh/sap-het-han/lich/", radar.radar_calendar, name="radar_calendar"),
    path("ho-so/sap-het-han/", radar.moved, name="expiring"),
]
