"""Lists from both ends, filters, and what is expanded."""

import stripe

from support import V1, check, equal, fresh, intent, paid, refused

CUSTOMER = V1.customers.create()
INTENTS = [paid(customer=CUSTOMER.id, amount=1000 + number) for number in range(5)]
NEWEST = [made.id for made in reversed(INTENTS)]


def ids(**query):
    return [made.id for made in V1.payment_intents.list({"customer": CUSTOMER.id} | query).data]


@check("A list is newest first")
def _():
    found = V1.payment_intents.list({"customer": CUSTOMER.id})
    equal(([made.id for made in found.data], found.has_more), (NEWEST, False))
    equal((found.object, found.url), ("list", "/v1/payment_intents"))


@check("A limit cuts it, and says that there is more")
def _():
    found = V1.payment_intents.list({"customer": CUSTOMER.id, "limit": 2})
    equal(([made.id for made in found.data], found.has_more), (NEWEST[:2], True))


@check("starting_after goes on with older ones")
def _():
    equal(ids(limit=2, starting_after=NEWEST[1]), NEWEST[2:4])
    equal(ids(starting_after=NEWEST[4]), [])


@check("ending_before goes back to newer ones, the nearest")
def _():
    equal(ids(limit=2, ending_before=NEWEST[4]), NEWEST[2:4])
    equal(ids(ending_before=NEWEST[0]), [])


@check("The SDK's paging goes through all, in both directions")
def _():
    page = V1.payment_intents.list({"customer": CUSTOMER.id, "limit": 2})
    equal([made.id for made in page.auto_paging_iter()], NEWEST)
    back = V1.payment_intents.list({
        "customer": CUSTOMER.id, "limit": 2, "ending_before": NEWEST[4]})
    equal([made.id for made in back.auto_paging_iter()], NEWEST[3::-1])


@check("Ten are listed when no limit is given")
def _():
    for _ in range(11):
        intent()
    found = V1.payment_intents.list()
    equal((len(found.data), found.has_more), (10, True))


@check("Both cursors at once are refused")
def _():
    refused(stripe.InvalidRequestError,
            lambda: ids(starting_after=NEWEST[0], ending_before=NEWEST[1]))


@check("A limit of {} is refused", 0, 101, -1, "x")
def _(limit):
    refused(stripe.InvalidRequestError, lambda: ids(limit=limit),
            code="parameter_invalid_integer", param="limit")


@check("A cursor that is no id is refused", "starting_after", "ending_before")
def _(name):
    refused(stripe.InvalidRequestError, lambda: ids(**{name: "pi_nothing"}),
            code="resource_missing", param=name)


@check("created chooses by time")
def _():
    created = [made.created for made in INTENTS]
    equal(ids(created={"gte": created[0], "lte": created[-1]}), NEWEST)
    equal(ids(created={"lt": created[0]}), [])
    equal(ids(created={"gt": created[-1]}), [])
    assert NEWEST[0] in ids(created=created[-1])


@check("Charges are listed by intent and by customer")
def _():
    equal([charge.id for charge in V1.charges.list({"payment_intent": NEWEST[0]}).data],
          [INTENTS[-1].latest_charge])
    equal([charge.payment_intent for charge in V1.charges.list({"customer": CUSTOMER.id}).data],
          NEWEST)


@check("Charges are paged as intents are")
def _():
    page = V1.charges.list({"customer": CUSTOMER.id, "limit": 2})
    equal([charge.payment_intent for charge in page.auto_paging_iter()], NEWEST)


@check("Refunds are listed by intent and by charge, and paged")
def _():
    made = paid()
    refunds = [V1.refunds.create({"payment_intent": made.id, "amount": 1}).id for _ in range(3)]
    by_intent = V1.refunds.list({"payment_intent": made.id, "limit": 2})
    equal([refund.id for refund in by_intent.auto_paging_iter()], refunds[::-1])
    by_charge = V1.refunds.list({"charge": made.latest_charge})
    equal([refund.id for refund in by_charge.data], refunds[::-1])


@check("Customers are paged")
def _():
    email = f"{fresh()}@example.com"
    made = [V1.customers.create({"email": email}).id for _ in range(3)]
    page = V1.customers.list({"email": email, "limit": 1})
    equal([customer.id for customer in page.auto_paging_iter()], made[::-1])


@check("What is expanded is there whole, what is not is an id")
def _():
    made = paid(customer=CUSTOMER.id)
    assert isinstance(made.latest_charge, str)
    whole = V1.payment_intents.retrieve(made.id, {"expand": [
        "latest_charge", "customer", "payment_method"]})
    equal((whole.latest_charge.object, whole.latest_charge.payment_intent), ("charge", made.id))
    equal((whole.customer.id, whole.payment_method.object), (CUSTOMER.id, "payment_method"))


@check("Four levels can be expanded, not five")
def _():
    made = paid()
    path = "latest_charge.balance_transaction.source.payment_intent"
    whole = V1.payment_intents.retrieve(made.id, {"expand": [path]})
    deepest = whole.latest_charge.balance_transaction.source.payment_intent
    equal((deepest.id, deepest.latest_charge), (made.id, made.latest_charge))
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.retrieve(
        made.id, {"expand": [path + ".customer"]}), param="expand")


@check("Lists expand with data.")
def _():
    found = V1.payment_intents.list({
        "customer": CUSTOMER.id, "limit": 1, "expand": ["data.latest_charge"]})
    equal(found.data[0].latest_charge.object, "charge")
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.list({
        "expand": ["latest_charge"]}), param="expand")


@check("A create can expand, and nothing is made when it asks for what cannot be")
def _():
    made = paid(expand=["latest_charge"])
    equal(made.latest_charge.object, "charge")
    before = V1.payment_intents.list({"limit": 1}).data[0].id
    refused(stripe.InvalidRequestError, lambda: paid(expand=["amount"]), param="expand")
    equal(V1.payment_intents.list({"limit": 1}).data[0].id, before)


@check("A reference to nothing stays empty when it is expanded")
def _():
    made = V1.payment_intents.retrieve(intent().id, {"expand": ["latest_charge", "customer"]})
    equal((made.latest_charge, made.customer), (None, None))
