"""Input that cannot be meant: Stripe's type, code and parameter, and nothing made."""

import stripe

from support import V1, check, equal, intent, raw, refused

BASE = {"amount": 1000, "currency": "usd"}


def count():
    """The newest intent, which changes when one is made."""
    return V1.payment_intents.list({"limit": 1}).data[0].id


@check("Making an intent with {} is refused, and makes none",
       ("no amount", {"amount": None}, "parameter_missing", "amount"),
       ("no currency", {"currency": None}, "parameter_missing", "currency"),
       ("an amount of 0", {"amount": 0}, "parameter_invalid_integer", "amount"),
       ("a negative amount", {"amount": -1}, "parameter_invalid_integer", "amount"),
       ("half a cent", {"amount": "10.5"}, "parameter_invalid_integer", "amount"),
       ("an amount in words", {"amount": "ten"}, "parameter_invalid_integer", "amount"),
       ("an amount beyond all numbers", {"amount": "9" * 30}, "parameter_invalid_integer",
        "amount"),
       ("a group for an amount", {"amount[value]": "1"}, None, "amount"),
       ("less than the minimum", {"amount": 49}, "amount_too_small", "amount"),
       ("more than the maximum", {"amount": 100000000}, "amount_too_large", "amount"),
       ("an unknown currency", {"currency": "xxq"}, None, "currency"),
       ("an empty currency", {"currency": ""}, "parameter_invalid_empty", "currency"),
       ("fils that cannot be paid", {"amount": 1234, "currency": "kwd"}, None, "amount"),
       ("an unknown parameter", {"amuont": 5}, "parameter_unknown", "amuont"),
       ("an unknown nested one", {"automatic_payment_methods[x]": 5}, "parameter_unknown",
        "automatic_payment_methods[x]"),
       ("an unknown payment method", {"payment_method": "pm_nothing"}, "resource_missing",
        "payment_method"),
       ("an unknown customer", {"customer": "cus_nothing"}, "resource_missing", "customer"),
       ("an unknown capture method", {"capture_method": "later"}, None, "capture_method"),
       ("a flag that is none", {"confirm": "maybe"}, None, "confirm"),
       ("another payment method type", {"payment_method_types[]": "sepa_debit"}, None,
        "payment_method_types"),
       ("a description of 1,001 characters", {"description": "x" * 1001},
        "parameter_invalid_string_max_length", "description"),
       ("a metadata key of 41 characters", {f"metadata[{'k' * 41}]": "v"}, None,
        f"metadata[{'k' * 41}]"),
       ("a metadata value of 501 characters", {"metadata[k]": "v" * 501},
        "parameter_invalid_string_max_length", "metadata[k]"),
       ("51 entries of metadata", {f"metadata[k{n}]": "v" for n in range(51)}, None, "metadata"),
       ("metadata that is a text", {"metadata": "text"}, None, "metadata"),
       ("a quote that nobody has", {"fx_quote": "qt_nothing"}, "resource_missing", "fx_quote"),
       ("error_on_requires_action and no confirm", {"error_on_requires_action": "true"}, None,
        "error_on_requires_action"))
def _(_, change, code, param):
    before = count()
    form = {name: value for name, value in (BASE | change).items() if value is not None}
    if any(name.startswith("amount[") for name in form):
        del form["amount"]
    answer = raw("POST", "/v1/payment_intents", form)
    equal((answer.status, answer.error["type"], answer.error.get("code")),
          (400, "invalid_request_error", code))
    if param is not None:
        equal(answer.error["param"], param)
    assert answer.headers["Request-Id"].startswith("req_")
    equal(count(), before)


@check("A form with {} is refused, and makes nothing",
       ("a broken percent", b"amount=1000&currency=%zz"),
       ("a percent at its end", b"amount=1000&currency=usd%"),
       ("bytes that are no UTF-8", b"amount=1000&currency=usd&description=%ff%fe"),
       ("a NUL", b"amount=1000&currency=usd&description=a%00b"),
       ("a bracket that is not closed", b"amount=1000&currency=usd&metadata[a=1"),
       ("brackets in brackets", b"amount=1000&currency=usd&metadata[[a]]=1"),
       ("a name of brackets only", b"amount=1000&currency=usd&[a]=1"),
       ("no name", b"amount=1000&currency=usd&=1"),
       ("an amount given twice", b"amount=1000&amount=2000&currency=usd"),
       ("a value that is a group too", b"amount=1000&currency=usd&metadata[a]=1&metadata[a][b]=2"),
       ("nesting without end", b"amount=1000&currency=usd&a" + b"[b]" * 50 + b"=1"),
       ("too many parameters", b"amount=1000&currency=usd" + b"&a[]=1" * 1001))
def _(_, body):
    before = count()
    answer = raw("POST", "/v1/payment_intents", body)
    equal((answer.status, answer.error["type"]), (400, "invalid_request_error"))
    equal(count(), before)


@check("A body of {} is refused", ("JSON", "application/json", b'{"amount": 1000}'),
       ("multipart", "multipart/form-data; boundary=x", b"--x--"),
       ("no type", "", b"amount=1000&currency=usd"))
def _(_, content_type, body):
    answer = raw("POST", "/v1/payment_intents", body, headers={"Content-Type": content_type})
    equal((answer.status, answer.error["type"]), (400, "invalid_request_error"))


@check("A form's type may name its characters, in any case")
def _():
    answer = raw("POST", "/v1/payment_intents", b"amount=1000&currency=usd", headers={
        "Content-Type": "Application/X-WWW-Form-URLencoded; charset=utf-8"})
    equal(answer.status, 200)


@check("A body of more bytes than may be is refused")
def _():
    before = count()
    answer = raw("POST", "/v1/payment_intents", b"description=" + b"x" * 300_000)
    equal((answer.status, answer.error["type"]), (413, "invalid_request_error"))
    equal(count(), before)


@check("An unknown URL is a 404: {}", "/v1/nothing", "/v1/payment_intents/x/nothing", "/", "/v2/a",
       "/v1", "/v1/payment_intents/", "/v1//payment_intents")
def _(path):
    answer = raw("GET", path)
    equal((answer.status, answer.error["type"]), (404, "invalid_request_error"))


@check("A method that a URL does not have is a 404: {} {}", ("DELETE", "/v1/charges"),
       ("PUT", "/v1/payment_intents"), ("POST", "/v1/balance"))
def _(method, path):
    equal(raw(method, path).status, 404)


@check("An id of nothing is a 404: {}", "payment_intents/pi_nothing",
       "payment_intents/pi_00000000000000000000000000", "charges/ch_nothing", "refunds/re_nothing",
       "customers/cus_nothing", "payment_methods/pm_nothing", "balance_transactions/txn_nothing",
       "fx_quotes/qt_nothing", "payment_intents/..%2fcharges", "charges/%ff")
def _(path):
    answer = raw("GET", f"/v1/{path}")
    assert answer.status in (404, 400), answer.status
    equal(answer.error["type"], "invalid_request_error")
    if "%" not in path:
        equal((answer.status, answer.error["code"]), (404, "resource_missing"))


@check("What is missing is an InvalidRequestError of the SDK")
def _():
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.retrieve("pi_nothing"),
            code="resource_missing", status=404)
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({"payment_intent": "pi_nothing"}),
            code="resource_missing", param="payment_intent", status=400)


@check("A query that a GET does not know is refused")
def _():
    equal(raw("GET", "/v1/charges?colour=red").error["param"], "colour")


@check("An API version is echoed, and one that is none refused")
def _():
    equal(raw("GET", "/v1/account", headers={"Stripe-Version": "2024-06-20"})
          .headers["Stripe-Version"], "2024-06-20")
    assert raw("GET", "/v1/account").headers["Stripe-Version"]
    equal(raw("GET", "/v1/account", headers={"Stripe-Version": "yesterday"}).status, 400)


@check("Every answer has a Request-Id of its own, and the SDK shows it")
def _():
    made = intent()
    first = made.last_response.request_id
    assert first.startswith("req_") and first != intent().last_response.request_id
    error = refused(stripe.InvalidRequestError, lambda: V1.charges.retrieve("ch_nothing"))
    assert error.request_id.startswith("req_")


@check("HEAD and OPTIONS do no harm")
def _():
    for method in ("HEAD", "OPTIONS"):
        assert raw(method, "/v1/charges").status in (404, 405)


@check("An empty description takes it away")
def _():
    made = intent(description="x")
    equal(V1.payment_intents.update(made.id, {"description": ""}).description, None)


@check("An amount in the query of a POST counts as one in its body")
def _():
    answer = raw("POST", "/v1/payment_intents?amount=1000", b"currency=usd")
    equal((answer.status, answer.json["amount"]), (200, 1000))
    twice = raw("POST", "/v1/payment_intents?amount=1000", b"amount=2000&currency=usd")
    equal(twice.status, 400)
