"""What the API's errors look like."""


def problem(reply, status):
    assert reply.status_code == status, reply.content
    assert reply["Content-Type"] == "application/problem+json"
    return reply.json()
