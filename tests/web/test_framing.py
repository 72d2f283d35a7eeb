"""Where one request ends and the next begins is told in one way alone, so that none is smuggled in by another."""

from __future__ import annotations

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "lines",
    [b"Content-Length: 4\r\nContent-Length: 5\r\n", b"Content-Length: +4\r\n", b"Content-Length: 4, 4\r\n",
     b"Transfer-Encoding : chunked\r\n", b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding: chunked, gzip\r\n",
     b"Content-Length: 4\n\r\n", b"X: a\rb\r\n", b"X: a\r\n b: c\r\nContent Length: 4\r\n"],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_refused(lines: bytes) -> None:
    parser = HTTPRequestParser(Adjustments())
    parser.received(HEAD + lines + b"\r\nabcd")
    assert parser.error is not None and parser.error.code >= 400


def test_of_a_length_and_pieces_the_pieces_count() -> None:
    parser = HTTPRequestParser(Adjustments())
    sent = HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /next HTTP/1.1\r\n"
    taken = parser.received(sent)
    while not parser.completed:
        taken += parser.received(sent[taken:])
    assert parser.error is None and sent[taken:] == b"GET /next HTTP/1.1\r\n"
    assert parser.get_body_stream().read() == b""
