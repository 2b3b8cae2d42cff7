"""Static files with hashed names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed names that also follow `import` statements between ES modules."""

    support_js_module_import_aggregation = True
