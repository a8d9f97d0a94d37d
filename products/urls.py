"""Addresses of the products app."""

from django.urls import path

from . import views

app_name = "products"
urlpatterns = [
    path("quan-ly/san-pham/", views.product_list, name="list"),
    path("quan-ly/san-pham/them/", views.create, name="create"),
    path("quan-ly/san-pham/<int:pk>/", views.detail, name="detail"),
    path("quan-ly/san-pham/<int:pk>/sua/", views.edit, name="edit"),
    path("quan-ly/san-pham/<int:pk>/anh/", views.photo_add, name="photo_add"),
    path("quan-ly/san-pham/<int:pk>/anh/<int:photo_pk>/bo/", views.photo_remove, name="photo_remove"),
    path("quan-ly/san-pham/<int:pk>/anh/<int:photo_pk>/", views.photo, name="photo"),
]
