"""The gateway dies in the middle of a request."""

import http.client
import os
import signal
import threading

from support import SYSTEM, V1, check, equal, eventually, fresh, intent, paid, raw

SLOW = "pm_card_answersLate"


def answered(call):
    """What a request comes to, sent again until it is answered for good."""
    result = []

    def done():
        try:
            answer = call()
        except (ConnectionError, http.client.HTTPException, OSError):
            return False
        if answer.status in (409, 503):
            return False
        result.append(answer)
        return True

    eventually(done, limit=120)
    return result[0]


def broken_off(key, call):
    """Kills the gateway while it works on a request, and sends that again until it is answered."""
    def first():
        try:
            call()
        except (ConnectionError, http.client.HTTPException, OSError):
            pass

    thread = threading.Thread(target=first)
    thread.start()
    eventually(lambda: raw("GET", f"/v1/idempotency/{key}").json["status"] == "running")
    before = SYSTEM.pid
    os.kill(before, signal.SIGKILL)
    thread.join()
    eventually(lambda: SYSTEM.pid != before)
    return answered(call)


@check("Killed while it creates and confirms: the repeat comes to one payment, taken once")
def _():
    key, customer = fresh(), V1.customers.create().id
    form = {"amount": 1000, "currency": "usd", "payment_method": SLOW, "confirm": "true",
            "customer": customer}
    answer = broken_off(key, lambda: raw(
        "POST", "/v1/payment_intents", form, headers={"Idempotency-Key": key}))
    equal((answer.status, answer.json["status"]), (200, "succeeded"))
    found = V1.payment_intents.list({"customer": customer}).data
    equal([made.id for made in found], [answer.json["id"]])
    equal(len(V1.charges.list({"payment_intent": answer.json["id"]}).data), 1)
    again = raw("POST", "/v1/payment_intents", form, headers={"Idempotency-Key": key})
    equal((again.body, again.headers["Idempotent-Replayed"]), (answer.body, "true"))


@check("Killed while it confirms with another method: the repeat comes to one charge")
def _():
    key, made = fresh(), intent()
    answer = broken_off(key, lambda: raw(
        "POST", f"/v1/payment_intents/{made.id}/confirm", {"payment_method": SLOW},
        headers={"Idempotency-Key": key}))
    equal((answer.status, answer.json["status"]), (200, "succeeded"))
    equal(len(V1.charges.list({"payment_intent": made.id}).data), 1)


@check("Killed, and asked for something else with the same key: that is refused")
def _():
    key = fresh()
    form = {"amount": 1000, "currency": "usd", "payment_method": SLOW, "confirm": "true"}
    answer = broken_off(key, lambda: raw(
        "POST", "/v1/payment_intents", form, headers={"Idempotency-Key": key}))
    equal(answer.status, 200)
    other = raw("POST", "/v1/payment_intents", form | {"amount": 2000},
                headers={"Idempotency-Key": key})
    equal((other.status, other.error["type"]), (400, "idempotency_error"))


@check("After it all the API answers as before")
def _():
    equal(paid().status, "succeeded")
