"""Signing in, choosing a password, and what administrators fill in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from areas.models import Area
from ocop_portal.lib import clock, text

from .middleware import TOO_OLD, initial_password_is_dead
from .models import Post, User
from .rules import administered, beyond


class UserNameField(forms.CharField):
    """A user name as typed: in capitals, with spaces around, in whatever Unicode form."""

    def to_python(self, value: Any) -> str:
        return text.nfc(super().to_python(value) or "").strip().lower()


class SignInForm(AuthenticationForm):
    """User name and password; a wrong name, a wrong password and a disabled account get one answer."""

    error_messages = {"invalid_login": _("The user name or the password is not right.")}
    username = UserNameField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        ),
    )

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_login"], code="invalid_login")

    def confirm_login_allowed(self, user: Any) -> None:
        # Only who knows the password reads this, so it tells a stranger nothing.
        if initial_password_is_dead(user):
            raise ValidationError(TOO_OLD, code="dead")


class ChoosePasswordForm(PasswordChangeForm):
    """The password of now and, twice, the one to come."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError(_("Choose a password other than the one you have now."))
        return new


class LettersForm(forms.Form):
    """Whether a person wants e-mail of notices; ``asked`` tells the form from a POST without a body, which
    would read as *no*.
    """

    asked = forms.CharField(widget=forms.HiddenInput, initial="1")
    notify_by_email = forms.BooleanField(
        label=_("Send me an e-mail with a link when there is a new notice"), required=False
    )


class AccountForm(forms.ModelForm):
    """A person's account, without password and posts."""

    class Meta:
        model = User
        fields = ["username", "full_name", "email", "phone"]
        field_classes = {"username": UserNameField}


class UnitField(forms.ModelChoiceField):
    """A unit of now, told from others of its name by what is above it and by its code."""

    def label_from_instance(self, obj: Any) -> str:
        above = f", {obj.parent.name}" if obj.parent else ""
        return f"{obj.name}{above} ({obj.code})"


class AccountField(forms.ModelChoiceField):
    """Somebody's account, told from those of people of the same name by how it signs in."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name} ({obj.username})"


class PostForm(forms.ModelForm):
    """A post for one of the accounts, in one of the units, that the administrator looks after."""

    area = UnitField(Area.objects.none(), label=_("Unit"))

    class Meta:
        model = Post
        fields = ["user", "role", "area", "title", "starts_on", "ends_on"]
        field_classes = {"user": AccountField}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            return  # a post that was given is shown, not changed: the administration asks for no field
        units = administered(by).in_force(clock.today())  # type: ignore[attr-defined]
        self.fields["area"].queryset = units.select_related("parent")  # type: ignore[attr-defined]
        people = User.objects.filter(is_active=True).exclude(pk__in=beyond(by))
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today


class EndPostForm(forms.Form):
    """From which day a post no longer holds."""

    on = forms.DateField(
        label=_("No longer held from"),
        help_text=_("From this day the person may no longer act by the post; today takes effect at once."),
        initial=clock.today,
    )
