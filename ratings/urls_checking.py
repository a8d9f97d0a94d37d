"""Addresses of the officer's side: queue, assignment, terms, samples, questions."""

from django.urls import URLPattern, path

from .views import checking, queue

checking_urls: list[URLPattern] = [
    path("ho-so/hang-doi/", queue.queue, name="queue"),
    path("ho-so/hang-doi/phan-cong/", queue.queue_assign, name="queue_assign"),
    path("ho-so/<int:pk>/kiem-tra/", checking.dossier_check, name="dossier_check"),
    path("ho-so/<int:pk>/so-sanh/", checking.dossier_differences, name="dossier_differences"),
    path("ho-so/<int:pk>/gia-han/", checking.dossier_extend, name="dossier_extend"),
    path("ho-so/<int:pk>/mau/", checking.dossier_samples, name="dossier_samples"),
    path("ho-so/<int:pk>/lam-ro/", checking.dossier_settle, name="dossier_settle"),
]
