"""The way to the page that a province shows to everybody."""

from django import template

from reports.models import ProvinceSettings

register = template.Library()


@register.simple_tag
def has_public_page() -> bool:
    return ProvinceSettings.objects.filter(public_page=True).exists()
