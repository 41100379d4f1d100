"""Who may do what: kinds of keys, modes, accounts."""

import base64

import stripe

from support import SYSTEM, V1, check, equal, eventually, intent, paid, raw, refused

SYSTEM.florin("gateway", "accounts", "create", "other", "--name", "Other")
OTHER = SYSTEM.client(SYSTEM.key(account="other")["secret"]).v1


@check("No key is an AuthenticationError")
def _():
    answer = raw("GET", "/v1/charges", key=False)
    equal((answer.status, answer.error["type"]), (401, "invalid_request_error"))
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@check("A forged key is refused: {}", "sk_test_" + "a" * 32, "sk_test_short", "nonsense",
       "pk_live_" + "0" * 32, "x" * 5000)
def _(key):
    refused(stripe.AuthenticationError, lambda: SYSTEM.client(key).v1.charges.list(), status=401)


@check("A refused key is not repeated whole")
def _():
    key = "sk_test_" + "b" * 32
    error = refused(stripe.AuthenticationError, lambda: SYSTEM.client(key).v1.charges.list())
    assert key not in str(error)


@check("A key can come as the user of Basic")
def _():
    pair = base64.b64encode(f"{SYSTEM.gateway['secretKey']}:".encode()).decode()
    equal(raw("GET", "/v1/account", key=False, headers={"Authorization": f"Basic {pair}"}).status,
          200)


@check("An Authorization header of another kind is refused", "Digest x", "Basic !!!", "Bearer")
def _(header):
    equal(raw("GET", "/v1/account", key=False, headers={"Authorization": header}).status, 401)


@check("Another account's {} are not there", "payment_intents", "charges", "refunds", "customers",
       "payment_methods", "balance_transactions")
def _(resource):
    made = paid()
    ids = {
        "payment_intents": lambda: made.id, "charges": lambda: made.latest_charge,
        "refunds": lambda: V1.refunds.create({"payment_intent": made.id}).id,
        "customers": lambda: V1.customers.create().id,
        "payment_methods": lambda: V1.payment_methods.create({
            "type": "card", "card": {"token": "tok_visa"}}).id,
        "balance_transactions": lambda: V1.charges.retrieve(
            made.latest_charge).balance_transaction,
    }
    own = ids[resource]()
    refused(stripe.InvalidRequestError, lambda: getattr(OTHER, resource).retrieve(own),
            code="resource_missing", status=404)


@check("Another account's payment can be neither changed nor moved")
def _():
    made = intent(payment_method="pm_card_visa")
    for call in (lambda: OTHER.payment_intents.update(made.id, {"amount": 1}),
                 lambda: OTHER.payment_intents.confirm(made.id),
                 lambda: OTHER.payment_intents.capture(made.id),
                 lambda: OTHER.payment_intents.cancel(made.id)):
        refused(stripe.InvalidRequestError, call, code="resource_missing", status=404)
    equal(V1.payment_intents.retrieve(made.id).to_dict(), made.to_dict())
    taken = paid()
    refused(stripe.InvalidRequestError,
            lambda: OTHER.refunds.create({"payment_intent": taken.id}), code="resource_missing")
    refused(stripe.InvalidRequestError,
            lambda: OTHER.refunds.create({"charge": taken.latest_charge}),
            code="resource_missing", param="charge")


@check("Another account's customers and methods cannot be used")
def _():
    customer = V1.customers.create()
    method = V1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    terms = {"amount": 1000, "currency": "usd"}
    refused(stripe.InvalidRequestError, lambda: OTHER.payment_intents.create(
        terms | {"customer": customer.id}), param="customer")
    refused(stripe.InvalidRequestError, lambda: OTHER.payment_intents.create(
        terms | {"payment_method": method.id}), param="payment_method")


@check("Lists have an account's own things only")
def _():
    mine = paid()
    theirs = OTHER.payment_intents.create({"amount": 1000, "currency": "usd"})
    assert mine.id not in [made.id for made in OTHER.payment_intents.list({"limit": 100}).data]
    assert theirs.id not in [made.id for made in V1.payment_intents.list({"limit": 100}).data]


@check("Test and live mode do not see each other")
def _():
    live = SYSTEM.client(SYSTEM.key("--live")["secret"]).v1
    made = live.payment_intents.create({"amount": 1000, "currency": "usd"})
    equal(made.livemode, True)
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.retrieve(made.id),
            code="resource_missing", status=404)
    refused(stripe.InvalidRequestError, lambda: live.payment_intents.retrieve(intent().id),
            code="resource_missing", status=404)
    customer = V1.customers.create()
    refused(stripe.InvalidRequestError, lambda: live.customers.retrieve(customer.id), status=404)


@check("A restricted key may do what it names, and reading comes with writing")
def _():
    key = SYSTEM.key("--kind", "restricted", "--allow", "payment_intents:write", "--allow",
                     "charges:read")
    equal(key["secret"][:8], "rk_test_")
    some = SYSTEM.client(key["secret"]).v1
    made = some.payment_intents.create({
        "amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True})
    equal(some.payment_intents.retrieve(made.id).id, made.id)
    equal(some.charges.retrieve(made.latest_charge).id, made.latest_charge)
    for call in (lambda: some.refunds.create({"payment_intent": made.id}),
                 lambda: some.customers.list(), lambda: some.balance.retrieve()):
        refused(stripe.PermissionError, call, status=403)
    equal(V1.refunds.list({"payment_intent": made.id}).data, [])


@check("A key that may read may not write")
def _():
    some = SYSTEM.client(SYSTEM.key(
        "--kind", "restricted", "--allow", "refunds:read")["secret"]).v1
    some.refunds.list()
    refused(stripe.PermissionError, lambda: some.refunds.create({"payment_intent": paid().id}))


@check("A publishable key shows a payment to whoever has its client secret")
def _():
    made = intent()
    public = SYSTEM.gateway["publishableKey"]
    path = f"/v1/payment_intents/{made.id}"
    shown = raw("GET", f"{path}?client_secret={made.client_secret}", key=public)
    equal((shown.status, shown.json["id"]), (200, made.id))
    wrong = raw("GET", f"{path}?client_secret={intent().client_secret}", key=public)
    equal((wrong.status, wrong.error["param"]), (400, "client_secret"))
    equal(raw("GET", path, key=public).error["code"], "parameter_missing")


@check("A publishable key confirms with the client secret, and does nothing else")
def _():
    made = intent()
    public = SYSTEM.gateway["publishableKey"]
    done = raw("POST", f"/v1/payment_intents/{made.id}/confirm", {
        "client_secret": made.client_secret, "payment_method": "pm_card_visa"}, key=public)
    equal((done.status, done.json["status"]), (200, "succeeded"))
    for method, path in (("GET", "/v1/charges"), ("POST", "/v1/refunds"),
                         ("POST", f"/v1/payment_intents/{made.id}/cancel")):
        equal(raw(method, path, {"payment_intent": made.id} if method == "POST" else None,
                  key=public).status, 403)


@check("A rolled key goes on for its grace, and its successor works")
def _():
    old = SYSTEM.key()
    new = SYSTEM.florin("gateway", "keys", "roll", old["key"]["id"], "--grace", "1h")
    assert new["secret"] != old["secret"]
    for key in (old, new):
        SYSTEM.client(key["secret"]).v1.charges.list()


@check("A key rolled without grace is expired")
def _():
    old = SYSTEM.key()
    SYSTEM.client(old["secret"]).v1.charges.list()
    SYSTEM.florin("gateway", "keys", "roll", old["key"]["id"])

    def expired():
        try:
            SYSTEM.client(old["secret"]).v1.charges.list()
            return False
        except stripe.AuthenticationError as error:
            return error.error.code == "api_key_expired"

    eventually(expired, limit=20)


@check("A revoked key is refused within seconds")
def _():
    key = SYSTEM.key()
    SYSTEM.client(key["secret"]).v1.charges.list()
    SYSTEM.florin("gateway", "keys", "revoke", key["key"]["id"])
    eventually(lambda: raw("GET", "/v1/charges", key=key["secret"]).status == 401, limit=20)


@check("Keys are listed without their texts")
def _():
    made = SYSTEM.key()
    listed = SYSTEM.florin("gateway", "keys", "list", "--account", "acme", "--limit", "100")
    found = [key for key in listed["keys"] if key["id"] == made["key"]["id"]]
    equal(len(found), 1)
    assert made["secret"] not in str(listed)


@check("An account of Connect that is not the key's own is refused")
def _():
    refused(stripe.PermissionError, lambda: V1.charges.list(
        options={"stripe_account": "acct_other"}), status=403)
    V1.charges.list(options={"stripe_account": SYSTEM.gateway["account"]})
