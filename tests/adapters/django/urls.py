"""The project's pages: Django's admin, and what a browser must not fetch from it."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import get_user_model, login
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

fetched: list[str] = []
pages: dict[str, tuple[str, dict[str, str]]] = {}


def tracker(request, name):
    """Takes note that somebody fetched it."""
    fetched.append(name)
    return HttpResponse(b"", content_type="text/css")


def enter(request, name):
    """Lets a browser in without a password."""
    user = get_user_model().objects.get(username=name)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(request.GET["next"])


def page(request, name):
    """A page that a test wrote, with its headers."""
    content, headers = pages[name]
    return HttpResponse(content, headers=headers)


urlpatterns = [
    path("admin/", admin.site.urls),
    path("tracker/<name>", tracker),
    path("enter/<name>", enter),
    path("page/<name>", page),
]
