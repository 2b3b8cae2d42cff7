"""The API's document: for programs, and as a page for people."""

import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from examapp.api.site import api


@login_not_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document."""
    response = JsonResponse(schema())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@login_not_required
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show every call, what it takes and what it gives."""
    calls: dict[str, list[dict[str, Any]]] = {}
    for path, methods in schema()["paths"].items():
        for method, call in methods.items():
            row = {
                "method": method.upper(),
                "path": path,
                "name": f"{method}-{re.sub(r'[^a-z_0-9]+', '-', path).strip('-')}",
                "says": call.get("description") or call.get("summary", ""),
                "parameters": call.get("parameters", []),
                "takes": next(iter(call.get("requestBody", {}).get("content", {})), ""),
                "statuses": sorted(call.get("responses", {})),
            }
            calls.setdefault(call["tags"][0], []).append(row)
    return render(request, "api/reference.html", {"calls": calls})


def schema() -> dict[str, Any]:
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
