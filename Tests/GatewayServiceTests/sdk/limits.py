"""Too much, too fast, too slow."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import stripe

from support import SYSTEM, at_once, check, equal, intent, raw


def connection(timeout=60):
    where = urlparse(SYSTEM.gateway["address"])
    return socket.create_connection((where.hostname, where.port), timeout=timeout)


@check("More at once than a key may have is a RateLimitError, and others are not touched")
def _():
    key = SYSTEM.key(account="other")["secret"]
    client = SYSTEM.client(key).v1
    slow = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_answersLate",
            "confirm": True}
    answers = at_once(*[lambda: client.payment_intents.create(slow)] * 45,
                      *[lambda: intent()] * 2)
    limited = [a for a in answers if isinstance(a, stripe.RateLimitError)]
    assert limited, "none was limited"
    for error in limited:
        equal((error.http_status, error.error.code), (429, "rate_limit"))
        equal(error.headers["Stripe-Rate-Limited-Reason"], "global-concurrency")
    assert not any(isinstance(answer, Exception) for answer in answers[45:]), answers[45:]


@check("Faster than a key may ask is a RateLimitError, which passes")
def _():
    key = SYSTEM.key(account="other")["secret"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: raw("GET", "/v1/account", key=key), range(500)))
    limited = [answer for answer in answers if answer.status == 429]
    assert limited, "none was limited"
    equal(limited[0].headers["Stripe-Rate-Limited-Reason"], "global-rate")
    equal(limited[0].error["type"], "invalid_request_error")
    equal(raw("GET", "/v1/account").status, 200)
    end = time.monotonic() + 20
    while raw("GET", "/v1/account", key=key).status == 429:
        assert time.monotonic() < end
        time.sleep(0.2)


@check("Headers without end are cut off")
def _():
    with connection() as tcp:
        tcp.sendall(b"GET /v1/account HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 60_000)
        answer = tcp.recv(100)
    assert answer == b"" or b" 400 " in answer or b" 431 " in answer, answer


@check("A request whose body never comes is cut off")
def _():
    with connection() as tcp:
        head = (f"POST /v1/payment_intents HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {SYSTEM.gateway['secretKey']}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n")
        tcp.sendall(head.encode() + b"amount=")
        began = time.monotonic()
        equal(tcp.recv(100), b"")
        assert time.monotonic() - began < 50


@check("A request whose headers never end is cut off")
def _():
    with connection() as tcp:
        tcp.sendall(b"GET /v1/account HTTP/1.1\r\nHost: x\r\n")
        equal(tcp.recv(100), b"")


@check("What is no HTTP is answered with 400, or not at all")
def _():
    with connection() as tcp:
        tcp.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200)
        answer = tcp.recv(100)
    assert answer == b"" or b" 400 " in answer, answer
    equal(raw("GET", "/v1/account").status, 200)


@check("Two requests on one connection are answered in order")
def _():
    request = (f"GET /v1/%s HTTP/1.1\r\nHost: x\r\n"
               f"Authorization: Bearer {SYSTEM.gateway['secretKey']}\r\n%s\r\n")
    with connection() as tcp:
        tcp.sendall((request % ("account", "") + request % ("balance", "Connection: close\r\n"))
                    .encode())
        text = b""
        while part := tcp.recv(65536):
            text += part
    assert text.find(b'"object":"account"') < text.find(b'"object":"balance"'), text
    equal(text.count(b"HTTP/1.1 200"), 2)
