"""The form of a news article."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, User
from areas.models import Area
from ocop_portal.lib import clock, files
from ocop_portal.lib.forms import DateField, NormalisedModelForm, UploadField
from plans.models import Plan
from public.models import Article

from .announcing import WRITERS

LARGEST_PICTURE = 10 * 1024 * 1024


class ArticleForm(NormalisedModelForm):
    """An article as an officer writes it; the version is the one that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    picture = UploadField(
        label=_("Picture"),
        kinds=files.IMAGES,
        max_bytes=LARGEST_PICTURE,
        required=False,
        help_text=_("JPEG, PNG or WebP, up to 10 MB. A new picture takes the place of the old one."),
    )

    class Meta:
        model = Article
        fields = ["area", "title", "summary", "body", "image_caption", "news_date", "plan"]
        field_classes = {"news_date": DateField}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 14}),
        }
        help_texts = {
            "body": _(
                "Leave an empty line between paragraphs. Simple HTML is kept: p, h2, ul, li, strong, em."
            )
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.of(user).working().filter(role__in=WRITERS)
        units = Area.objects.filter(pk__in=posts.values("area"))
        if self.instance.pk:
            units |= Area.objects.filter(pk=self.instance.area_id)
            self.initial.update(version=self.instance.version, body=self.instance.body_as_typed)
        else:
            first = posts.values_list("area", flat=True).order_by("pk").first()
            self.initial.update(news_date=clock.today(), area=first)
        self.fields["area"].queryset = units  # type: ignore[attr-defined]
        self.fields["area"].empty_label = None  # type: ignore[attr-defined]
        self.fields["plan"].queryset = Plan.objects.visible_to(user)  # type: ignore[attr-defined]
        self.order_fields(["area", "title", "summary", "body", "picture"])

    def facts(self) -> dict[str, Any]:
        """The fields as the verbs take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def take_over(self, version: int) -> None:
        """Let the next save stand over the version that another person wrote meanwhile."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]
