"""Two at the same thing: one wins, and the money is right."""

import stripe

from support import V1, at_once, check, equal, eventually, held, intent, paid


def winners(answers):
    return [answer for answer in answers if not isinstance(answer, stripe.StripeError)]


def losers(answers, *codes):
    for error in answers:
        if isinstance(error, stripe.StripeError):
            assert error.error.code in codes, f"{error.error.code}: {error}"
            assert error.http_status in (400, 429), error.http_status


@check("Two captures: one takes the money, the other is refused")
def _():
    made = held()
    answers = at_once(*[lambda: V1.payment_intents.capture(made.id)] * 2)
    equal(len(winners(answers)), 1)
    losers(answers, "payment_intent_unexpected_state", "lock_timeout")
    equal(V1.payment_intents.retrieve(made.id).amount_received, 1000)


@check("Captures of different parts: one of them holds")
def _():
    made = held()
    parts = [100, 400, 700]
    answers = at_once(*[lambda part=part: V1.payment_intents.capture(
        made.id, {"amount_to_capture": part}) for part in parts])
    won = winners(answers)
    equal(len(won), 1)
    equal(V1.payment_intents.retrieve(made.id).amount_received, won[0].amount_received)
    assert won[0].amount_received in parts


@check("Five confirmations: one charge")
def _():
    made = intent(payment_method="pm_card_visa")
    answers = at_once(*[lambda: V1.payment_intents.confirm(made.id)] * 5)
    equal(len(winners(answers)), 1)
    losers(answers, "payment_intent_unexpected_state", "lock_timeout")
    charges = V1.charges.list({"payment_intent": made.id}).data
    equal([charge.status for charge in charges], ["succeeded"])


@check("Refunds over the cap: no more is given back than was taken")
def _():
    made = paid()
    answers = at_once(*[lambda: V1.refunds.create(
        {"payment_intent": made.id, "amount": 400})] * 5)
    equal(len(winners(answers)), 2)
    charge = made.latest_charge
    eventually(lambda: V1.charges.retrieve(charge).amount_refunded == 800)
    refunds = V1.refunds.list({"payment_intent": made.id}).data
    equal(sum(r.amount for r in refunds if r.status != "failed"), 800)


@check("Full refunds at once: one")
def _():
    made = paid()
    answers = at_once(*[lambda: V1.refunds.create({"payment_intent": made.id})] * 4)
    equal(len(winners(answers)), 1)
    losers(answers, "charge_already_refunded")


@check("Confirming against canceling: one of them, and the money with it")
def _():
    for _ in range(5):
        made = intent(payment_method="pm_card_visa")
        answers = at_once(lambda: V1.payment_intents.confirm(made.id),
                          lambda: V1.payment_intents.cancel(made.id))
        losers(answers, "payment_intent_unexpected_state", "lock_timeout")
        ended = V1.payment_intents.retrieve(made.id)
        equal((ended.status, ended.amount_received) in (("succeeded", 1000), ("canceled", 0)), True)
        equal(len(winners(answers)), 1)


@check("Capturing against canceling: one of them, and the money with it")
def _():
    for _ in range(5):
        made = held()
        answers = at_once(lambda: V1.payment_intents.capture(made.id),
                          lambda: V1.payment_intents.cancel(made.id))
        losers(answers, "payment_intent_unexpected_state", "lock_timeout")
        ended = V1.payment_intents.retrieve(made.id)
        equal((ended.status, ended.amount_received) in (("succeeded", 1000), ("canceled", 0)), True)


@check("Changes of metadata at once lose nothing", "payment_intents", "customers", "refunds")
def _(resource):
    made = {"payment_intents": intent, "customers": V1.customers.create,
            "refunds": lambda: V1.refunds.create({"payment_intent": paid().id})}[resource]()
    service = getattr(V1, resource)
    at_once(*[lambda n=n: service.update(made.id, {"metadata": {f"k{n}": "v"}})
              for n in range(6)])
    equal(set(service.retrieve(made.id).metadata.to_dict()), {f"k{n}" for n in range(6)})


@check("A payment method attached to two customers at once is one's")
def _():
    customers = [V1.customers.create().id for _ in range(2)]
    method = V1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    answers = at_once(*[lambda c=c: V1.payment_methods.attach(method.id, {"customer": c})
                        for c in customers])
    equal(len(winners(answers)), 1)


@check("Thirty payments at once all succeed, each once")
def _():
    customer = V1.customers.create().id
    answers = at_once(*[lambda: paid(customer=customer)] * 30)
    equal({getattr(answer, "status", answer) for answer in answers}, {"succeeded"})
    found = V1.payment_intents.list({"customer": customer, "limit": 100}).data
    equal({made.id for made in found}, {answer.id for answer in answers})
