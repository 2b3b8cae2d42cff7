"""Files as answers: to be saved, never shown in place."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def file_response(content: bytes | str, file_name: str, media_type: str) -> HttpResponse:
    """Return a response that browsers save under a name."""
    response = HttpResponse(content, content_type=media_type)
    disposition = content_disposition_header(as_attachment=True, filename=file_name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
