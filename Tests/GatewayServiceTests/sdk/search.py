"""Searches, in Stripe's language."""

import stripe

from support import V1, check, equal, fresh, held, intent, paid, raw, refused

ORDER = fresh()
PAID = [paid(amount=1000 + number, metadata={"order": ORDER, "line": str(number)})
        for number in range(3)]
HELD = held(amount=5000, metadata={"order": ORDER, "who": "O'Hara \"x\" \\"})
OPEN = intent(amount=700, currency="eur", metadata={"order": ORDER})
ALL = [OPEN.id, HELD.id] + [made.id for made in reversed(PAID)]


def found(query, **more):
    result = V1.payment_intents.search({"query": query, "limit": 100} | more)
    equal((result.object, result.url), ("search_result", "/v1/payment_intents/search"))
    return [made.id for made in result.data]


def own(query):
    return found(f"metadata['order']:'{ORDER}' AND {query}")


@check("Payments are found by an entry of their metadata, newest first")
def _():
    equal(found(f"metadata['order']:'{ORDER}'"), ALL)
    equal(found(f"metadata[\"line\"]:'1' AND metadata['order']:'{ORDER}'"), [PAID[1].id])
    equal(found(f"metadata['order']:'{fresh()}'"), [])


@check("An entry's value is compared, not that of another entry")
def _():
    equal(found(f"metadata['line']:'{ORDER}'"), [])


@check("Payments are found by {}", ("status:'requires_capture'", lambda: [HELD.id]),
       ("amount>1001", lambda: [HELD.id, PAID[2].id]),
       ("amount>=1001", lambda: [HELD.id, PAID[2].id, PAID[1].id]),
       ("amount<1000", lambda: [OPEN.id]), ("amount<=1000", lambda: [OPEN.id, PAID[0].id]),
       ("amount:1002", lambda: [PAID[2].id]), ("currency:'eur'", lambda: [OPEN.id]),
       ("-currency:'usd'", lambda: [OPEN.id]),
       ("-status:'succeeded'", lambda: [OPEN.id, HELD.id]),
       ("metadata['line']:null", lambda: [OPEN.id, HELD.id]),
       ("-metadata['line']:null", lambda: ALL[2:]),
       ("-metadata['line']:'1'", lambda: [OPEN.id, HELD.id, PAID[2].id, PAID[0].id]),
       ("status:'nonsense'", lambda: []))
def _(query, expected):
    equal(own(query), expected())


@check("Quotes and backslashes in a value are escaped")
def _():
    equal(own("metadata['who']:'O\\'Hara \"x\" \\\\'"), [HELD.id])
    equal(own("metadata['who']:\"O'Hara \\\"x\\\" \\\\\""), [HELD.id])


@check("What looks like SQL is text")
def _():
    equal(own("metadata['who']:\"') OR 1=1 --\""), [])
    equal(own("status:\"x' OR '1'='1\""), [])


@check("Payments are found by the second they were made in")
def _():
    first = PAID[0].created
    assert PAID[0].id in own(f"created:{first}")
    assert PAID[0].id in own(f"created>={first}")
    assert PAID[0].id not in own(f"created>{first}")
    assert PAID[0].id in own(f"created<={first}")
    assert PAID[0].id not in own(f"created<{first}")
    assert PAID[0].id not in own(f"-created:{first}")


@check("Payments are found by their customer")
def _():
    customer = V1.customers.create()
    made = paid(customer=customer.id)
    equal(found(f"customer:'{customer.id}'"), [made.id])


@check("One of several clauses is enough when they are joined by OR")
def _():
    equal(found(f"metadata['line']:'x{ORDER}' OR metadata['order']:'{ORDER}'"), ALL)


@check("A search is paged, and the SDK goes through all of it")
def _():
    query = {"query": f"metadata['order']:'{ORDER}'", "limit": 2}
    page = V1.payment_intents.search(query)
    equal(([made.id for made in page.data], page.has_more), (ALL[:2], True))
    assert page.next_page
    equal([made.id for made in page.auto_paging_iter()], ALL)
    last = V1.payment_intents.search(query | {"limit": 5})
    equal((last.has_more, last.next_page), (False, None))


@check("What a search finds can be expanded")
def _():
    result = V1.payment_intents.search({
        "query": f"metadata['line']:'0' AND metadata['order']:'{ORDER}'",
        "expand": ["data.latest_charge"]})
    equal(result.data[0].latest_charge.object, "charge")


@check("Another mode's payments are not found")
def _():
    from support import SYSTEM
    live = SYSTEM.client(SYSTEM.key("--live")["secret"])
    result = live.v1.payment_intents.search({"query": f"metadata['order']:'{ORDER}'"})
    equal(result.data, [])


@check("A search that cannot be read is refused: {}", "status", "status:'a' AND", "nothing:'a'",
       "amount>'x'", "status>'a'", "status:'a' AND status:'b' OR amount>1", "metadata:'a'",
       "status:'a", " AND ".join(["amount>1"] * 11))
def _(query):
    refused(stripe.InvalidRequestError, lambda: found(query), param="query", status=400)


@check("A search without a query, or with a made-up page, is refused")
def _():
    equal(raw("GET", "/v1/payment_intents/search").error["code"], "parameter_missing")
    refused(stripe.InvalidRequestError, lambda: found("amount>1", page="nonsense"), param="page")


@check("Charges are found by their own state and by their payment's metadata, and paged")
def _():
    order = fresh()
    made = [paid(amount=500 + number, metadata={"order": order}) for number in range(3)]
    refused(stripe.CardError, lambda: intent(
        amount=900, payment_method="pm_card_visa_chargeDeclined", confirm=True,
        metadata={"order": order}))
    charges = [payment.latest_charge for payment in reversed(made)]

    def search(query):
        result = V1.charges.search({"query": f"metadata['order']:'{order}' AND {query}"})
        equal((result.object, result.url), ("search_result", "/v1/charges/search"))
        return [charge.id for charge in result.data]

    equal(search("status:'succeeded'"), charges)
    equal(len(search("status:'failed'")), 1)
    equal(search("amount>500 AND -status:'failed'"), charges[:2])
    equal(search(f"created<{made[0].created - 5}"), [])
    page = V1.charges.search({
        "query": f"metadata['order']:'{order}' AND status:'succeeded'", "limit": 2})
    equal([charge.id for charge in page.auto_paging_iter()], charges)


@check("Customers are found by their texts, whatever the case, and by a part of them")
def _():
    mark = fresh()
    made = V1.customers.create({
        "email": f"Ada.{mark}@Example.com", "name": f"Ada {mark}", "phone": f"+1{mark[:12]}",
        "metadata": {"tier": mark}})
    other = V1.customers.create({"name": f"Bob {mark}"})

    def search(query):
        return [customer.id for customer in V1.customers.search({"query": query}).data]

    equal(search(f"email:'ada.{mark}@example.com'"), [made.id])
    equal(search(f"email~'{mark}@EX'"), [made.id])
    equal(search(f"name~'{mark}'"), [other.id, made.id])
    equal(search(f"name~'{mark}' AND -email:'ada.{mark}@example.com'"), [other.id])
    equal(search(f"phone:'+1{mark[:12]}' OR name:'bob {mark}'"), [other.id, made.id])
    equal(search(f"metadata['tier']:'{mark}'"), [made.id])
    equal(search(f"name~'{mark}' AND metadata['tier']:null"), [other.id])
    equal(search(f"name~'{mark}' AND created>={made.created} AND created<={other.created}"),
          [other.id, made.id])
    equal(search(f"name~'{mark}' AND created<{made.created}"), [])
    page = V1.customers.search({"query": f"name~'{mark}'", "limit": 1})
    equal([customer.id for customer in page.auto_paging_iter()], [other.id, made.id])
    V1.customers.delete(made.id)
    equal(search(f"name~'{mark}'"), [other.id])


@check("A part to search customers by has three characters at least")
def _():
    refused(stripe.InvalidRequestError,
            lambda: V1.customers.search({"query": "name~'ab'"}), param="query")
