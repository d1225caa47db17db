"""Static files whose names say what they hold."""

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

_OURS = "js/*.js"  # a package's scripts name files that it does not bring
_, _IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns


class NamedByContent(CompressedManifestStaticFilesStorage):
    """Scripts name each other by content, too: a page and the phone's own copy never mix two
    versions."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, (_OURS, _IMPORTS))
