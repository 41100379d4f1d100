"""What a merchant has, and how it came to it; quotes."""

from pathlib import Path

import stripe

from support import CLIENT, SYSTEM, V1, check, equal, eventually, paid, raw, refused

SAMPLE = Path(__file__).resolve().parents[3] / "docs/samples/eurofxref-sample.xml"


class Merchant:
    """A merchant that nobody else uses, so that its balance is known."""

    def __init__(self, name):
        SYSTEM.florin("gateway", "accounts", "create", name)
        self.v1 = SYSTEM.client(SYSTEM.key(account=name)["secret"]).v1

    def paid(self, **terms):
        return self.v1.payment_intents.create({
            "amount": 10000, "currency": "usd", "payment_method": "pm_card_visa",
            "confirm": True} | terms)

    def balance(self):
        """Available and pending, by currency."""
        balance = self.v1.balance.retrieve()
        pending = {line.currency: line.amount for line in balance.pending}
        return {line.currency: (line.amount, pending[line.currency])
                for line in balance.available}


@check("A new merchant has nothing")
def _():
    equal(Merchant("balance-new").balance(), {"usd": (0, 0)})


@check("A payment brings its net, a refund takes its gross")
def _():
    merchant = Merchant("balance-refund")
    made = merchant.paid()
    equal(merchant.balance(), {"usd": (9710, 0)})
    merchant.v1.refunds.create({"payment_intent": made.id, "amount": 4000})
    eventually(lambda: merchant.balance() == {"usd": (5710, 0)})


@check("What is set aside is pending, and available once it is captured")
def _():
    merchant = Merchant("balance-hold")
    made = merchant.paid(capture_method="manual")
    equal(merchant.balance(), {"usd": (0, 9710)})
    merchant.v1.payment_intents.capture(made.id, {"amount_to_capture": 5000})
    eventually(lambda: merchant.balance() == {"usd": (4855, 0)})


@check("A decline and a cancellation leave the balance as it was")
def _():
    merchant = Merchant("balance-decline")
    refused(stripe.CardError,
            lambda: merchant.paid(payment_method="pm_card_visa_chargeDeclined"))
    merchant.v1.payment_intents.cancel(merchant.paid(capture_method="manual").id)
    eventually(lambda: all(line == (0, 0) for line in merchant.balance().values()))


@check("A name that begins as another's does not bring the other's money")
def _():
    Merchant("balance-prefix-2").paid()
    equal(Merchant("balance-prefix").balance(), {"usd": (0, 0)})


@check("Balance transactions: net is amount less fee, and they add up to the balance")
def _():
    merchant = Merchant("balance-transactions")
    made = merchant.paid()
    refund = merchant.v1.refunds.create({"payment_intent": made.id, "amount": 2500})
    eventually(lambda: merchant.balance()["usd"][0] == 7210)
    found = merchant.v1.balance_transactions.list().data
    equal([(t.type, t.amount, t.fee, t.net) for t in found],
          [("refund", -2500, 0, -2500), ("charge", 10000, 290, 9710)])
    equal(sum(t.net for t in found), 7210)
    equal([t.source for t in found], [refund.id, made.latest_charge])
    equal(found[1].exchange_rate, None)
    equal([detail.amount for detail in found[1].fee_details], [290])


@check("Balance transactions are paged, in both directions, and chosen by type and source")
def _():
    merchant = Merchant("balance-pages")
    made = [merchant.paid() for _ in range(3)]
    for one in made:
        merchant.v1.refunds.create({"payment_intent": one.id, "amount": 100})
    transactions = merchant.v1.balance_transactions
    everything = [t.id for t in transactions.list({"limit": 100}).data]
    equal(len(everything), 6)
    pages = transactions.list({"limit": 2})
    equal([t.id for t in pages.auto_paging_iter()], everything)
    before = transactions.list({"limit": 2, "ending_before": everything[-1]})
    equal([t.id for t in before.data], everything[3:5])
    equal({t.type for t in transactions.list({"type": "charge"}).data}, {"charge"})
    charge = made[0].latest_charge
    equal([t.source for t in transactions.list({"source": charge}).data], [charge])


@check("A balance transaction is retrieved by its id, and by no other's")
def _():
    charge = V1.charges.retrieve(paid().latest_charge)
    found = V1.balance_transactions.retrieve(charge.balance_transaction)
    equal((found.source, found.net), (charge.id, 971))
    refused(stripe.InvalidRequestError, lambda: V1.balance_transactions.retrieve("txn_nothing"),
            code="resource_missing", status=404)


@check("A failed refund is taken and put back")
def _():
    merchant = Merchant("balance-failed-refund")
    made = merchant.paid(payment_method="pm_card_refundFail")
    merchant.v1.refunds.create({"payment_intent": made.id})

    def types():
        return [(t.type, t.net) for t in merchant.v1.balance_transactions.list().data]

    eventually(lambda: len(types()) == 3)
    equal(types(), [("refund_failure", 10000), ("refund", -10000), ("charge", 9710)])
    equal(merchant.balance(), {"usd": (9710, 0)})


@check("Transactions of one type are found behind a hundred of others")
def _():
    merchant = Merchant("balance-types")
    failing = merchant.paid(payment_method="pm_card_refundFail")
    failed = merchant.v1.refunds.create({"payment_intent": failing.id})
    other = merchant.paid()
    for _ in range(101):
        merchant.v1.refunds.create({"payment_intent": other.id, "amount": 1})
    eventually(lambda: merchant.v1.refunds.retrieve(failed.id).status == "failed")

    def sources(type, **more):
        page = merchant.v1.balance_transactions.list({"type": type} | more)
        return [t.source for t in page.data], page.has_more

    equal(sources("refund_failure"), ([failed.id], False))
    equal(sources("charge"), ([other.latest_charge, failing.latest_charge], False))
    equal(sources("charge", limit=1), ([other.latest_charge], True))
    refunds = merchant.v1.balance_transactions.list({"type": "refund", "limit": 100})
    equal(len([t for t in refunds.auto_paging_iter()]), 102)


@check("Without rates there is no quote")
def _():
    refused(stripe.InvalidRequestError, quote, code="rate_not_found", status=400)
    SYSTEM.florin("fx", "import", str(SAMPLE), "--sample-day", "today")


def quote(**terms):
    return CLIENT.deserialize(CLIENT.raw_request("post", "/v1/fx_quotes", **(
        {"amount": 10000, "from_currency": "usd", "to_currency": "eur"} | terms)), api_mode="V1")


@check("A quote is made, and found again")
def _():
    made = quote(lock_duration="hour")
    equal((made.from_amount, made.from_currency, made.to_currency), (10000, "usd", "eur"))
    equal(made.lock_expires_at - made.created, 3600)
    assert made.to_amount == made.gross_amount - made.spread_amount > 0
    found = raw("GET", f"/v1/fx_quotes/{made.id}")
    equal((found.status, found.json["id"], found.json["mid_rate"]), (200, made.id, made.mid_rate))


@check("A payment settles in another currency at its quote, as the books tell")
def _():
    merchant = Merchant("balance-quote")
    client = SYSTEM.client(SYSTEM.key(account="balance-quote")["secret"])
    made = client.deserialize(client.raw_request(
        "post", "/v1/fx_quotes", amount=10000, from_currency="usd", to_currency="eur"),
        api_mode="V1")
    payment = merchant.paid(settlement_currency="eur", fx_quote=made.id,
                            expand=["latest_charge.balance_transaction"])
    booked = payment.latest_charge.balance_transaction
    equal((booked.currency, booked.amount), ("eur", made.gross_amount))
    equal(booked.net, booked.amount - booked.fee)
    equal(round(10000 * booked.exchange_rate), made.gross_amount)
    equal(merchant.balance()["eur"], (booked.net, 0))


@check("A quote is used once")
def _():
    made = quote()
    paid(amount=10000, settlement_currency="eur", fx_quote=made.id)
    refused(stripe.InvalidRequestError, lambda: paid(
        amount=10000, settlement_currency="eur", fx_quote=made.id), code="fx_quote_used")


@check("A quote of another amount does not do")
def _():
    refused(stripe.InvalidRequestError, lambda: paid(
        amount=9999, settlement_currency="eur", fx_quote=quote().id), code="fx_quote_mismatch")


@check("Another account's quote is not there")
def _():
    merchant = Merchant("balance-other-quote")
    refused(stripe.InvalidRequestError, lambda: merchant.paid(
        settlement_currency="eur", fx_quote=quote().id), code="resource_missing",
        param="fx_quote")


@check("The account tells its id and its name")
def _():
    account = V1.accounts.retrieve_current()
    equal((account.id, account.object, account.charges_enabled),
          (SYSTEM.gateway["account"], "account", True))
