"""Addresses of decisions, recognitions and value chains."""

from django.urls import URLPattern

decision_urls: list[URLPattern] = []
