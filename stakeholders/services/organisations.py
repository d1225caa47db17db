from stakeholders.models import Organisation


def organisation_called(written: str) -> Organisation:
    """The organisation of that name in whatever writing; a new one where there is none. Raises
    ``ValidationError`` for a name that is none."""
    name = " ".join(written.split())
    organisation = Organisation.objects.filter(name__iexact=name).first()
    if organisation is None:
        organisation = Organisation(name=name)
        organisation.full_clean()
        organisation.save()
    return organisation
