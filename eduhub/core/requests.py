"""The access log: one line a request, with the rule of its route in place of its address.

An address may hold the secret of a link. Of learners' answers nothing is written at all: even a moment could tell who
answered.
"""

import logging
import sys
from time import gmtime, perf_counter

from flask import Flask, Response, g, request

UNLOGGED = "answer"
log = logging.getLogger("eduhub.access")


def begin_request(_app: Flask) -> None:
    """Note when a request began."""
    g.began = perf_counter()


def log_request(response: Response) -> Response:
    """Write the request's line: method, rule, status, bytes sent and how long it took; gives back the response."""
    if request.path.strip("/").partition("/")[0] == UNLOGGED:
        return response
    rule = request.url_rule.rule if request.url_rule else "-"
    size = "-" if response.content_length is None else response.content_length
    took = f"{(perf_counter() - g.began) * 1000:.0f}ms" if "began" in g else "-"
    log.info("%s %s %s %s %s", request.method, rule, response.status_code, size, took)
    return response


def print_requests() -> None:
    """Write the lines to standard output, each with its moment in UTC."""
    handler = logging.StreamHandler(sys.stdout)
    form = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    form.converter = gmtime
    handler.setFormatter(form)
    log.addHandler(handler)
    log.propagate = False
