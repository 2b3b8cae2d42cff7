"""The API's document, for programs and as a page."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_pages_and_the_document_are_there(client, exam):
    document = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/v1/").content.decode()
    for path in document["paths"]:
        assert path in page
    assert "/api/v1/sessions/{session_id}/paper" in document["paths"]
