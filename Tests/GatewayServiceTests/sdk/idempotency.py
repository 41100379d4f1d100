"""The same request, more than once."""

from urllib.parse import quote

import stripe

from support import SYSTEM, V1, at_once, check, equal, fresh, held, intent, paid, raw, refused

TERMS = {"amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}


def create(key, **change):
    return V1.payment_intents.create(TERMS | change, options={"idempotency_key": key})


@check("A repeat is told the same, and says so")
def _():
    key = fresh()
    first, second = create(key), create(key)
    equal(second.to_dict(), first.to_dict())
    assert "Idempotent-Replayed" not in first.last_response.headers
    headers = second.last_response.headers
    equal((headers["Idempotent-Replayed"], headers["Original-Request"], headers["Idempotency-Key"]),
          ("true", first.last_response.request_id, key))
    assert second.last_response.request_id != first.last_response.request_id


@check("A repeat is told the same, whatever became of the payment since")
def _():
    key = fresh()
    first = create(key)
    V1.payment_intents.update(first.id, {"metadata": {"later": "yes"}})
    equal(create(key).metadata.to_dict(), {})


@check("The order of parameters does not matter")
def _():
    key = {"Idempotency-Key": fresh()}
    first = raw("POST", "/v1/payment_intents", b"amount=1000&currency=usd", headers=key)
    second = raw("POST", "/v1/payment_intents", b"currency=usd&amount=1000", headers=key)
    equal((second.status, second.body), (200, first.body))


@check("Other parameters are an IdempotencyError, and make nothing")
def _():
    key = fresh()
    create(key)
    before = V1.payment_intents.list({"limit": 1}).data[0].id
    refused(stripe.IdempotencyError, lambda: create(key, amount=2000), status=400)
    equal(V1.payment_intents.list({"limit": 1}).data[0].id, before)


@check("Another path is an IdempotencyError")
def _():
    key = fresh()
    create(key)
    refused(stripe.IdempotencyError, lambda: V1.customers.create(
        {}, options={"idempotency_key": key}))


@check("A decline is told again, with one charge")
def _():
    key = fresh()
    mark = fresh()

    def decline():
        return refused(stripe.CardError, lambda: create(
            key, payment_method="pm_card_visa_chargeDeclined", description=mark))

    first, second = decline(), decline()
    equal(second.http_body, first.http_body)
    equal(second.headers["Idempotent-Replayed"], "true")
    declined = first.error.payment_intent
    equal(len(V1.charges.list({"payment_intent": declined.id}).data), 1)


@check("A refusal for the payment's state is told again")
def _():
    key = fresh()
    made = paid()

    def confirm():
        return refused(stripe.InvalidRequestError, lambda: V1.payment_intents.confirm(
            made.id, options={"idempotency_key": key}))

    equal(confirm().http_body, confirm().http_body)
    equal(confirm().headers["Idempotent-Replayed"], "true")


@check("Parameters that do not hold leave the key free", ("amount", "ten"), ("amount", 1),
       ("payment_method", "pm_nothing"))
def _(name, value):
    key = fresh()
    refused(stripe.InvalidRequestError, lambda: create(key, **{name: value}))
    made = create(key)
    equal(made.status, "succeeded")
    assert "Idempotent-Replayed" not in made.last_response.headers


@check("A key of 255 characters does, one of 256 does not")
def _():
    equal(create(fresh() + "k" * 223).status, "succeeded")
    refused(stripe.IdempotencyError, lambda: create("k" * 256), status=400)


@check("Keys are an account's own")
def _():
    key = fresh()
    first = create(key)
    other = SYSTEM.client(SYSTEM.key(account="other")["secret"]).v1
    second = other.payment_intents.create(TERMS, options={"idempotency_key": key})
    assert second.id != first.id


@check("Keys are a mode's own")
def _():
    key = fresh()
    live = SYSTEM.client(SYSTEM.key("--live")["secret"]).v1
    first = live.payment_intents.create(TERMS, options={"idempotency_key": key})
    assert create(key).id != first.id


@check("A GET ignores the header")
def _():
    key = {"Idempotency-Key": fresh()}
    for path in ("/v1/charges", "/v1/refunds"):
        equal(raw("GET", path, headers=key).status, 200)


@check("A repeat of {} is told the same, and done once", "capture", "cancel", "refund", "customer",
       "attach", "quote", "update")
def _(what):
    key = {"idempotency_key": fresh()}
    made = {"capture": held, "cancel": held, "refund": paid, "update": intent}.get(
        what, lambda: None)()
    customer = V1.customers.create()
    calls = {
        "capture": lambda: V1.payment_intents.capture(made.id, options=key),
        "cancel": lambda: V1.payment_intents.cancel(made.id, options=key),
        "refund": lambda: V1.refunds.create(
            {"payment_intent": made.id, "amount": 400}, options=key),
        "customer": lambda: V1.customers.create({"name": "N"}, options=key),
        "attach": lambda: V1.payment_methods.attach(
            "pm_card_visa", {"customer": customer.id}, options=key),
        "update": lambda: V1.payment_intents.update(
            made.id, {"metadata": {"a": "1"}}, options=key),
        "quote": lambda: raw("POST", "/v1/fx_quotes", {
            "amount": 1000, "from_currency": "usd", "to_currency": "eur"},
            headers={"Idempotency-Key": key["idempotency_key"]}),
    }
    first, second = calls[what](), calls[what]()
    if what == "quote":
        return equal(second.body, first.body)
    equal(second.to_dict(), first.to_dict())
    if what == "refund":
        equal(len(V1.refunds.list({"payment_intent": made.id}).data), 1)
    if what == "attach":
        equal(len(V1.payment_methods.list({"customer": customer.id}).data), 1)


@check("Ten at once with one key make one payment; who comes too early is told to wait")
def _():
    key, mark = fresh(), V1.customers.create().id
    answers = at_once(*[lambda: create(key, customer=mark)] * 10)
    errors = [answer for answer in answers if isinstance(answer, stripe.StripeError)]
    for error in errors:
        equal((error.http_status, error.error.code), (409, "idempotency_key_in_use"))
    made = {answer.id for answer in answers if not isinstance(answer, stripe.StripeError)}
    equal(len(made), 1)
    equal([one.id for one in V1.payment_intents.list({"customer": mark}).data], list(made))


@check("The SDK's own retries come to one payment")
def _():
    key, mark = fresh(), V1.customers.create().id
    patient = SYSTEM.client(retries=8).v1
    answers = at_once(*[lambda: patient.payment_intents.create(
        TERMS | {"customer": mark}, options={"idempotency_key": key})] * 5)
    equal({getattr(answer, "id", answer) for answer in answers},
          {V1.payment_intents.list({"customer": mark}).data[0].id})


@check("What is known of a key: never seen, then done, with its answer")
def _():
    key = fresh()
    equal(raw("GET", f"/v1/idempotency/{key}").json["status"], "never_seen")
    made = create(key)
    known = raw("GET", f"/v1/idempotency/{key}").json
    equal((known["status"], known["http_status"], known["response"]["id"]),
          ("done", 200, made.id))
    equal(known["request_id"], made.last_response.request_id)


@check("A key with blanks and slashes is found by its name")
def _():
    key = f"a b/c?{fresh()}"
    made = create(key)
    known = raw("GET", f"/v1/idempotency/{quote(key, safe='')}").json
    equal((known["key"], known["response"]["id"]), (key, made.id))


@check("Another account does not learn of a key")
def _():
    key = fresh()
    create(key)
    other = SYSTEM.key(account="other")["secret"]
    equal(raw("GET", f"/v1/idempotency/{key}", key=other).json["status"], "never_seen")
