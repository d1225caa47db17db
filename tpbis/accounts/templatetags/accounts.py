"""What a page says about whoever is signed in."""

from typing import Any

from django import template

from tpbis.accounts import offline
from tpbis.accounts.models import User

register = template.Library()


@register.filter
def offline_id(user: Any) -> str:
    """Binds what is kept on a phone to the person; empty when nobody is signed in."""
    return offline.offline_id(user) if isinstance(user, User) else ""
