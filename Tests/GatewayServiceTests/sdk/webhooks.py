"""Events, and webhooks that a real server receives and the SDK verifies."""

import http.server
import json
import os
import signal
import threading
import time

import stripe
from support import (
    SYSTEM, V1, check, equal, eventually, fresh, held, intent, paid, raw, refused)


class Receiver:
    """A server on this machine that takes webhooks, or does what a check wants it to."""

    def __init__(self, behave=lambda number: 200):
        self.requests = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((dict(self.headers), body, time.time()))
                status = behave(len(receiver.requests))
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Of connections that the gateway gave up.
        self.server.handle_error = lambda *arguments: None
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    @property
    def events(self):
        return [json.loads(body) for _, body, _ in self.requests]

    def types(self, object_id=None):
        return [event["type"] for event in self.events
                if object_id in (None, event["data"]["object"]["id"])]


class endpoint:
    """An endpoint of an account that lives as long as the block."""

    def __init__(self, url, events=("*",), client=V1, **terms):
        self.client = client
        self.made = client.webhook_endpoints.create(
            {"url": url, "enabled_events": list(events)} | terms)

    def __enter__(self):
        return self.made

    def __exit__(self, *error):
        self.client.webhook_endpoints.delete(self.made.id)


def verified(request, secret):
    """The event of a request, if its signature is good."""
    headers, body, _ = request
    return stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)


def about(object_id, client=V1):
    """The events of an object that this check made, oldest first."""
    recent = client.events.list({"limit": 100, "created": {"gte": int(time.time()) - 30}})
    return [event for event in recent.auto_paging_iter()
            if event.data.object["id"] == object_id][::-1]


def types(object_id, count):
    """The types of an object's events, once there are so many, and that there are no more."""
    eventually(lambda: len(about(object_id)) >= count)
    return [event.type for event in about(object_id)]


def last_sequence():
    newest = V1.events.list({"limit": 1}).data
    return newest[0].sequence if newest else 0


def other_account():
    """The client of an account of its own, where nothing else happens."""
    merchant = f"hooks-{fresh()[:12]}"
    SYSTEM.florin("gateway", "accounts", "create", merchant)
    return SYSTEM.client(SYSTEM.key(account=merchant)["secret"]).v1


@check("Each state of a payment taken at once has exactly one event")
def _():
    made = paid()
    equal(types(made.id, 3), ["payment_intent.created", "payment_intent.processing",
                              "payment_intent.succeeded"])
    equal(types(made.latest_charge, 1), ["charge.succeeded"])


@check("Each state of a hold that is captured has exactly one event")
def _():
    made = held()
    V1.payment_intents.capture(made.id, {"amount_to_capture": 400})
    equal(types(made.id, 4), [
        "payment_intent.created", "payment_intent.processing",
        "payment_intent.amount_capturable_updated", "payment_intent.succeeded"])
    equal(types(made.latest_charge, 2), ["charge.succeeded", "charge.captured"])
    captured = about(made.latest_charge)[1].data.object
    equal((captured["amount_captured"], captured["captured"]), (400, True))


@check("A declined payment's events tell of the failed charge and the failed payment")
def _():
    made = intent(payment_method="pm_card_visa_chargeDeclined")
    error = refused(stripe.CardError, lambda: V1.payment_intents.confirm(made.id))
    equal(types(made.id, 3), ["payment_intent.created", "payment_intent.processing",
                              "payment_intent.payment_failed"])
    equal(types(error.error.charge, 1), ["charge.failed"])
    equal(about(made.id)[2].data.object["last_payment_error"]["code"], "card_declined")


@check("A payment that needs its customer, is changed and canceled: one event for each")
def _():
    made = intent(payment_method="pm_card_authenticationRequired", confirm=True)
    V1.payment_intents.update(made.id, {"description": "changed"})
    V1.payment_intents.cancel(made.id)
    equal(types(made.id, 5), [
        "payment_intent.created", "payment_intent.processing", "payment_intent.requires_action",
        "payment_intent.updated", "payment_intent.canceled"])


@check("A refund's events: created, updated, and the charge refunded")
def _():
    made = paid()
    refund = V1.refunds.create({"payment_intent": made.id, "amount": 300})
    equal(types(refund.id, 2), ["refund.created", "refund.updated"])
    eventually(lambda: len(about(made.latest_charge)) == 2)
    charge = about(made.latest_charge)[1]
    equal((charge.type, charge.data.object["amount_refunded"]), ("charge.refunded", 300))


@check("A refund that fails has its event, with the reason")
def _():
    made = intent(payment_method="pm_card_refundFail", confirm=True)
    refund = V1.refunds.create({"payment_intent": made.id})
    eventually(lambda: V1.refunds.retrieve(refund.id).status == "failed")
    equal(types(refund.id, 2), ["refund.created", "refund.failed"])
    equal(about(refund.id)[1].data.object["status"], "failed")


@check("Customers and their payment methods have events")
def _():
    customer = V1.customers.create({"name": "A"})
    V1.customers.update(customer.id, {"name": "B"})
    method = V1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    V1.payment_methods.update(method.id, {"metadata": {"a": "b"}})
    V1.payment_methods.detach(method.id)
    kept = V1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    V1.customers.delete(customer.id)
    equal(types(kept.id, 2), ["payment_method.attached", "payment_method.detached"])
    equal(types(customer.id, 3), ["customer.created", "customer.updated", "customer.deleted"])
    equal(about(customer.id)[1].data.object["name"], "B")
    equal(types(method.id, 3), ["payment_method.attached", "payment_method.updated",
                                "payment_method.detached"])


def previous(object_id, count):
    """What each of an object's events tells of before, once there are so many."""
    eventually(lambda: len(about(object_id)) >= count)
    told = [event.data.to_dict().get("previous_attributes") for event in about(object_id)]
    equal(len(told), count)
    return told


@check("An updated payment's event tells description, amount and metadata of before")
def _():
    made = intent(description="one", metadata={"kept": "1", "changed": "2", "gone": "3"})
    V1.payment_intents.update(made.id, {
        "description": "two", "amount": 2000,
        "metadata": {"changed": "4", "gone": "", "added": "5"}})
    V1.payment_intents.update(made.id, {"payment_method": "pm_card_visa"})
    equal(previous(made.id, 3), [
        None,
        {"amount": 1000, "description": "one",
         "metadata": {"changed": "2", "gone": "3", "added": None}},
        {"payment_method": None, "status": "requires_payment_method"}])


@check("A refund's events tell what was before: its status, its metadata")
def _():
    refund = V1.refunds.create({"payment_intent": paid().id, "metadata": {"a": "1"}})
    eventually(lambda: V1.refunds.retrieve(refund.id).status == "succeeded")
    V1.refunds.update(refund.id, {"metadata": {"a": "2", "b": "3"}})
    told = previous(refund.id, 3)
    equal((told[0], told[1]["status"], told[2]),
          (None, "pending", {"metadata": {"a": "1", "b": None}}))


@check("Events of customers and payment methods tell what was before, in webhooks too")
def _():
    client = other_account()
    with Receiver() as receiver, endpoint(receiver.url, client=client) as made:
        customer = client.customers.create({"name": "A", "metadata": {"a": "1"}})
        client.customers.update(customer.id, {"name": "B", "email": "b@example.com",
                                              "metadata": {"a": "", "b": "2"}})
        client.customers.update(customer.id, {"name": "B"})
        method = client.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        client.payment_methods.update(method.id, {"metadata": {"c": "3"}})
        client.customers.delete(customer.id)
        eventually(lambda: len(receiver.requests) == 7)
        told = {event.sequence: event.data.to_dict().get("previous_attributes")
                for event in (verified(request, made.secret) for request in receiver.requests)}
    equal([told[sequence] for sequence in range(1, 8)], [
        None, {"name": "A", "email": None, "metadata": {"a": "1", "b": None}}, {},
        None, {"metadata": {"c": None}}, None, None])
    listed = {event.sequence: event.data.to_dict().get("previous_attributes")
              for event in client.events.list().data}
    equal(listed, told)


@check("An event repeats the object as the API shows it")
def _():
    made = paid(metadata={"order": "7"})
    eventually(lambda: len(about(made.id)) == 3)
    shown = V1.payment_intents.retrieve(made.id).to_dict()
    equal(about(made.id)[2].data.object.to_dict(), shown)


@check("An event is retrieved by its id, and is nobody else's")
def _():
    made = intent()
    eventually(lambda: about(made.id))
    event = about(made.id)[0]
    again = V1.events.retrieve(event.id)
    equal((again.type, again.livemode, again.object), ("payment_intent.created", False, "event"))
    refused(stripe.InvalidRequestError, lambda: other_account().events.retrieve(event.id),
            code="resource_missing", status=404)


@check("Events are listed by type, by several types, and by time")
def _():
    client = other_account()
    client.customers.create()
    client.customers.delete(client.customers.create().id)
    made = client.events.list({"type": "customer.created"}).data
    equal([event.type for event in made], ["customer.created"] * 2)
    both = client.events.list({"types": ["customer.created", "customer.deleted"]}).data
    equal([event.sequence for event in both], [3, 2, 1])
    equal(client.events.list({"created": {"lt": made[-1].created}}).data, [])
    for pattern, expected in (("customer.*", [3, 2, 1]), ("*.deleted", [3]), ("charge.*", []),
                              ("customer", []), ("*", [3, 2, 1])):
        found = client.events.list({"type": pattern}).data
        equal([event.sequence for event in found], expected)
    refused(stripe.InvalidRequestError,
            lambda: client.events.list({"type": "a", "types": ["b"]}), param="type")


@check("Events are paged both ways by their ids")
def _():
    client = other_account()
    for _ in range(5):
        client.customers.create()
    first = client.events.list({"limit": 2})
    equal(([event.sequence for event in first.data], first.has_more), ([5, 4], True))
    older = client.events.list({"limit": 3, "starting_after": first.data[-1].id})
    equal(([event.sequence for event in older.data], older.has_more), ([3, 2, 1], False))
    newer = client.events.list({"limit": 1, "ending_before": older.data[0].id})
    equal([event.sequence for event in newer.data], [4])


@check("A reader that follows the sequence sees every event once, in order")
def _():
    client = other_account()
    for _ in range(7):
        client.customers.create()
    seen, more = [], True
    while more:
        page = client.events.list(
            {"limit": 3, "after_sequence": seen[-1] if seen else 0})
        seen += [event.sequence for event in page.data]
        more = page.has_more
    equal(seen, [1, 2, 3, 4, 5, 6, 7])
    equal(client.events.list({"after_sequence": 7}).data, [])
    refused(stripe.InvalidRequestError, lambda: client.events.list({"after_sequence": -1}),
            param="after_sequence")


@check("A webhook is received, and the SDK verifies it")
def _():
    with Receiver() as receiver, endpoint(receiver.url) as made:
        payment = paid()
        eventually(lambda: "payment_intent.succeeded" in receiver.types(payment.id))
        for request in receiver.requests:
            event = verified(request, made.secret)
            equal((event.object, event.livemode), ("event", False))
        equal(sorted(receiver.types(payment.id)), [
            "payment_intent.created", "payment_intent.processing", "payment_intent.succeeded"])
        try:
            verified(receiver.requests[0], "whsec_wrong")
            raise AssertionError("a wrong secret verifies")
        except stripe.SignatureVerificationError:
            pass


@check("What a webhook brings is what the API tells of the event")
def _():
    client = other_account()
    with Receiver() as receiver, endpoint(receiver.url, client=client):
        client.customers.create({"name": "Zoë \"Ω\""})
        eventually(lambda: receiver.requests)
        got = receiver.events[0]
        told = client.events.retrieve(got["id"])
        equal(got["data"]["object"], told.data.object.to_dict())
        eventually(lambda: client.events.retrieve(got["id"]).pending_webhooks == 0)
        equal(got["pending_webhooks"], 1)


@check("An endpoint is told of the events it asked for only")
def _():
    with Receiver() as receiver, endpoint(receiver.url, ["charge.succeeded"]):
        charge = paid().latest_charge
        eventually(lambda: receiver.types(charge))
        equal(set(receiver.types()), {"charge.succeeded"})


@check("An endpoint is created, retrieved, changed, listed and deleted; its secret is told once")
def _():
    client = other_account()
    made = client.webhook_endpoints.create({
        "url": "https://example.com/hook", "enabled_events": ["charge.succeeded"],
        "description": "d", "metadata": {"a": "b"}})
    assert made.secret.startswith("whsec_"), made.secret
    equal((made.status, made.url, made.enabled_events, made.description, made.metadata["a"]),
          ("enabled", "https://example.com/hook", ["charge.succeeded"], "d", "b"))
    found = client.webhook_endpoints.retrieve(made.id)
    assert "secret" not in found, "the secret is told again"
    changed = client.webhook_endpoints.update(
        made.id, {"enabled_events": ["*"], "disabled": True, "url": "https://example.org/"})
    equal((changed.status, changed.enabled_events, changed.url),
          ("disabled", ["*"], "https://example.org/"))
    equal([one.id for one in client.webhook_endpoints.list().data], [made.id])
    equal(client.webhook_endpoints.delete(made.id).deleted, True)
    equal(client.webhook_endpoints.list().data, [])
    refused(stripe.InvalidRequestError, lambda: client.webhook_endpoints.retrieve(made.id),
            code="resource_missing", status=404)


@check("An endpoint is refused: {}",
       ("no url", {"enabled_events": ["*"]}, "url"),
       ("no events", {"url": "https://example.com"}, "enabled_events"),
       ("an unknown event", {"url": "https://example.com", "enabled_events": ["a.b"]},
        "enabled_events[0]"),
       ("all events and one", {"url": "https://example.com",
                               "enabled_events": ["*", "charge.failed"]}, "enabled_events"),
       ("not a URL", {"url": "example.com", "enabled_events": ["*"]}, "url"),
       ("another scheme", {"url": "ftp://example.com", "enabled_events": ["*"]}, "url"),
       ("a user in the URL", {"url": "https://a@example.com", "enabled_events": ["*"]}, "url"),
       ("a private address", {"url": "https://10.0.0.1", "enabled_events": ["*"]}, "url"),
       ("the cloud's metadata", {"url": "http://169.254.169.254/latest",
                                 "enabled_events": ["*"]}, "url"),
       ("a mapped private address", {"url": "https://[::ffff:192.168.0.1]/",
                                     "enabled_events": ["*"]}, "url"),
       ("an unknown parameter", {"url": "https://example.com", "enabled_events": ["*"],
                                 "retries": 3}, "retries"))
def _(name, terms, param):
    refused(stripe.InvalidRequestError, lambda: V1.webhook_endpoints.create(terms), param=param)


@check("An account has sixteen endpoints at most")
def _():
    client = other_account()
    for _ in range(16):
        client.webhook_endpoints.create(
            {"url": "https://example.com", "enabled_events": ["*"]})
    refused(stripe.InvalidRequestError, lambda: client.webhook_endpoints.create(
        {"url": "https://example.com", "enabled_events": ["*"]}), status=400)


@check("After an error the event is sent again: the same body, a new signature")
def _():
    client = other_account()
    with Receiver(lambda number: 500 if number < 3 else 200) as receiver, \
            endpoint(receiver.url, client=client) as made:
        client.customers.create()
        eventually(lambda: len(receiver.requests) >= 3)
        equal(len({body for _, body, _ in receiver.requests}), 1)
        for request in receiver.requests:
            verified(request, made.secret)
        eventually(lambda: client.events.list().data[0].pending_webhooks == 0)
        equal(len(client.events.list({"delivery_success": True}).data), 1)
        equal(client.events.list({"delivery_success": False}).data, [])


@check("A redirect is not followed, and takes nothing")
def _():
    client = other_account()
    with Receiver(lambda number: 302) as receiver, endpoint(receiver.url, client=client):
        client.customers.create()
        eventually(lambda: len(receiver.requests) >= 2)
        equal(len(client.events.list({"delivery_success": False}).data), 1)


@check("An endpoint that does not answer delays no other")
def _():
    client = other_account()
    release = threading.Event()
    with Receiver(lambda number: release.wait(30) and 200) as slow, Receiver() as quick, \
            endpoint(slow.url, client=client), \
            endpoint("http://127.0.0.1:9", client=client), \
            endpoint(quick.url, client=client):
        begun = time.monotonic()
        for _ in range(40):
            client.customers.create()
        eventually(lambda: len(quick.requests) == 40, limit=20)
        took = time.monotonic() - begun
        release.set()
        assert took < 15, f"it took {took:.1f} s"


@check("While a secret is replaced both sign, and after that the new one alone")
def _():
    client = other_account()
    with Receiver() as receiver, endpoint(receiver.url, client=client) as made:
        rolled = raw("POST", f"/v1/webhook_endpoints/{made.id}/roll_secret", {"expires_in": 2},
                     key=client._requestor.api_key).json
        assert rolled["secret"] != made.secret
        until = time.time() + 2
        client.customers.create()
        eventually(lambda: len(receiver.requests) == 1)
        equal(receiver.requests[0][0]["Stripe-Signature"].count("v1="), 2)
        verified(receiver.requests[0], made.secret)
        verified(receiver.requests[0], rolled["secret"])
        eventually(lambda: time.time() > until + 0.1)
        client.customers.create()
        eventually(lambda: len(receiver.requests) == 2)
        verified(receiver.requests[1], rolled["secret"])
        equal(receiver.requests[1][0]["Stripe-Signature"].count("v1="), 1)


@check("A disabled endpoint is told nothing, and an enabled one of what comes then")
def _():
    client = other_account()
    with Receiver() as receiver, endpoint(receiver.url, client=client) as made:
        client.webhook_endpoints.update(made.id, {"disabled": True})
        client.customers.create()
        client.webhook_endpoints.update(made.id, {"disabled": False})
        client.customers.delete(client.customers.create().id)
        eventually(lambda: len(receiver.requests) == 2)
        equal(sorted(receiver.types()), ["customer.created", "customer.deleted"])
        equal([event["sequence"] for event in receiver.events].count(1), 0)


@check("What is not taken becomes a dead letter, which a command sends again")
def _():
    client, taking = other_account(), threading.Event()
    with Receiver(lambda number: 200 if taking.is_set() else 503) as receiver, \
            endpoint(receiver.url, client=client) as made:
        account = raw("GET", "/v1/account", key=client._requestor.api_key).json["id"]
        client.customers.create()
        event = client.events.list().data[0].id

        def deliveries():
            return SYSTEM.florin(
                "gateway", "webhooks", "deliveries", "--account", account, "--event", event)[
                    "deliveries"]

        eventually(lambda: deliveries()[0]["state"] == "dead", limit=90)
        told = deliveries()[0]
        equal((told["endpoint_id"], told["status"]), (made.id, 503))
        assert int(told["attempts"]) >= 3, told
        taking.set()
        before = len(receiver.requests)
        again = SYSTEM.florin("gateway", "webhooks", "resend", "--account", account,
                              "--endpoint", made.id, "--state", "dead")
        equal(int(again["count"]), 1)
        eventually(lambda: len(receiver.requests) == before + 1)
        verified(receiver.requests[-1], made.secret)
        equal(receiver.events[-1]["id"], event)
        eventually(lambda: deliveries()[0]["state"] == "delivered")


@check("A restricted key reads events and makes no endpoints")
def _():
    client = SYSTEM.client(
        SYSTEM.key("--kind", "restricted", "--allow", "events:read")["secret"]).v1
    client.events.list()
    refused(stripe.PermissionError, lambda: client.webhook_endpoints.list())


@check("The gateway killed in the middle: no event is lost, none is made up")
def _():
    before = last_sequence()
    with Receiver() as receiver, endpoint(receiver.url) as made:
        payments = [intent(metadata={"round": str(number)}) for number in range(10)]
        process = SYSTEM.pid
        os.kill(process, signal.SIGKILL)
        eventually(lambda: SYSTEM.pid != process)

        def answers():
            try:
                return raw("GET", "/v1/account").status == 200
            except OSError:
                return False

        eventually(answers)
        more = [intent() for _ in range(10)]
        wanted = {payment.id for payment in payments + more}
        eventually(lambda: wanted <= {
            event["data"]["object"]["id"] for event in receiver.events}, limit=120)
        # Delivered at least once, and known by its id: each payment has one event.
        ids = {}
        for request in receiver.requests:
            event = verified(request, made.secret)
            ids.setdefault(event.data.object["id"], set()).add(event.id)
        equal({one: len(ids[one]) for one in wanted}, {one: 1 for one in wanted})
    told, more = [], True
    while more:
        page = V1.events.list(
            {"limit": 100, "after_sequence": told[-1].sequence if told else before})
        told += page.data
        more = page.has_more
    equal([event.sequence for event in told],
          list(range(before + 1, before + 1 + len(told))))
    made_events = [event.data.object["id"] for event in told
                   if event.type == "payment_intent.created"]
    equal(sorted(one for one in made_events if one in wanted), sorted(wanted))
