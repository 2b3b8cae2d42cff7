"""File formats: text to items and back. Pure; one module a format."""
