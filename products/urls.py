"""Addresses of the products app."""

app_name = "products"
urlpatterns = []
