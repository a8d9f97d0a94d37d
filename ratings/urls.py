"""Addresses of the ratings app."""

app_name = "ratings"
urlpatterns = []
