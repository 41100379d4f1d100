"""What the checks stand on: a register of them, the system, and clients of its API."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlparse

import stripe

CHECKS = []


def check(name, *cases):
    """Registers a check; with cases one for each of them, `{}` in the name being its first part."""
    def register(body):
        if not cases:
            CHECKS.append((name, body))
        for case in cases:
            parts = case if isinstance(case, tuple) else (case,)
            CHECKS.append((name.format(*parts), lambda parts=parts: body(*parts)))
        return body
    return register


def run_all():
    """The results, in the order of registration."""
    results = []
    for name, body in CHECKS:
        problem = None
        try:
            body()
        except Exception as error:  # whatever goes wrong is the check's result
            place = traceback.extract_tb(error.__traceback__)[-1]
            problem = f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})"
        results.append({"name": name, "problem": problem})
        print("✓" if problem is None else "✗", name, problem or "", flush=True)
    return results


class System:
    def __init__(self, path):
        self.path = path
        self.reload()

    def reload(self):
        with open(self.path) as file:
            self.state = json.load(file)
        self.gateway = self.state["gateway"]

    @property
    def pid(self):
        self.reload()
        return self.state["services"]["gateway"]["process"]["pid"]

    def florin(self, *arguments):
        """What a command prints as JSON."""
        program = os.environ.get("FLORIN", ".build/debug/florin")
        return json.loads(subprocess.run(
            [program, *arguments, "--output", "json"], check=True, stdout=subprocess.PIPE,
            env=os.environ | {"FLORIN_DATA": os.path.dirname(self.path)}, timeout=60).stdout)

    def key(self, *options, account="acme"):
        """A new key, as the command prints it."""
        return self.florin("gateway", "keys", "create", account, *options)

    def client(self, key=None, retries=0, **options):
        return stripe.StripeClient(
            key or self.gateway["secretKey"], max_network_retries=retries,
            base_addresses={"api": self.gateway["address"]}, **options)


SYSTEM = System(sys.argv[1])
CLIENT = SYSTEM.client()
V1 = CLIENT.v1


class Raw:
    """An answer to a request that the SDK would not make."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


def raw(method, path, body=None, key=None, headers=None, timeout=30):
    """Sends bytes as they are; a dictionary as a form."""
    where = urlparse(SYSTEM.gateway["address"])
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=timeout)
    sent = {} if key is False else {
        "Authorization": f"Bearer {key or SYSTEM.gateway['secretKey']}"}
    if isinstance(body, dict):
        body = urlencode(body)
    if body is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    sent |= headers or {}
    with contextlib.closing(connection):
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return Raw(answer.status, answer.headers, answer.read())


def refused(kind, call, code=None, param=None, status=None):
    """The SDK's exception, which must be of that class."""
    try:
        call()
    except stripe.StripeError as error:
        assert type(error) is kind, f"{type(error).__name__}: {error}"
        # The SDK keeps the code of some classes only.
        actual = error.error and error.error.code
        assert code is None or actual == code, f"code {actual}: {error}"
        actual = getattr(error, "param", None)
        assert param is None or actual == param, f"param {actual}: {error}"
        assert status is None or error.http_status == status, f"status {error.http_status}"
        return error
    raise AssertionError("it was not refused")


def intent(**terms):
    """A payment intent, of 10.00 USD unless told otherwise."""
    return V1.payment_intents.create({"amount": 1000, "currency": "usd"} | terms)


def paid(**terms):
    return intent(payment_method="pm_card_visa", confirm=True, **terms)


def held(**terms):
    return paid(capture_method="manual", **terms)


def eventually(holds, limit=60):
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def at_once(*calls):
    """What each call came to, a value or an exception, all of them begun together."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except stripe.StripeError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def fresh():
    """A text that nothing else has."""
    return uuid.uuid4().hex


def equal(actual, expected):
    assert actual == expected, f"{actual!r}, not {expected!r}"
