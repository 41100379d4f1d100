"""Money given back."""

import stripe

from support import V1, check, equal, eventually, held, intent, paid, refused


def settled(refund):
    """The refund once it is decided: on a busy machine that may take longer than its answer."""
    eventually(lambda: V1.refunds.retrieve(refund.id).status != "pending")
    return V1.refunds.retrieve(refund.id)


@check("A refund without an amount gives back all")
def _():
    made = paid()
    refund = settled(V1.refunds.create({"payment_intent": made.id}))
    equal((refund.status, refund.amount, refund.payment_intent), ("succeeded", 1000, made.id))
    charge = V1.charges.retrieve(made.latest_charge)
    equal((charge.refunded, charge.amount_refunded), (True, 1000))
    equal(V1.payment_intents.retrieve(made.id).status, "succeeded")


@check("Refunds of parts add up, and the last one takes what is left")
def _():
    made = paid()
    settled(V1.refunds.create({"payment_intent": made.id, "amount": 300}))
    charge = V1.charges.retrieve(made.latest_charge)
    equal((charge.refunded, charge.amount_refunded), (False, 300))
    equal(settled(V1.refunds.create({"payment_intent": made.id})).amount, 700)
    equal(V1.charges.retrieve(made.latest_charge).refunded, True)


@check("A refund can name the charge")
def _():
    made = paid()
    refund = settled(V1.refunds.create({"charge": made.latest_charge, "amount": 1}))
    equal((refund.charge, refund.payment_intent), (made.latest_charge, made.id))


@check("A refund keeps reason and metadata")
def _():
    refund = V1.refunds.create({
        "payment_intent": paid().id, "reason": "duplicate", "metadata": {"a": "1"}})
    equal((refund.reason, refund.metadata["a"]), ("duplicate", "1"))


@check("A refund's metadata can be changed, nothing else")
def _():
    refund = V1.refunds.create({"payment_intent": paid().id, "metadata": {"a": "1"}})
    changed = V1.refunds.update(refund.id, {"metadata": {"a": "", "b": "2"}})
    equal(changed.metadata.to_dict(), {"b": "2"})
    refused(stripe.InvalidRequestError, lambda: V1.refunds.update(refund.id, {"amount": 1}),
            code="parameter_unknown", param="amount")


@check("More than was taken is not given back")
def _():
    made = paid()
    refused(stripe.InvalidRequestError,
            lambda: V1.refunds.create({"payment_intent": made.id, "amount": 1001}),
            param="amount", status=400)
    equal(V1.refunds.list({"payment_intent": made.id}).data, [])


@check("What was given back is not given back again")
def _():
    made = paid()
    settled(V1.refunds.create({"payment_intent": made.id}))
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({"payment_intent": made.id}),
            code="charge_already_refunded", status=400)


@check("A refund of what was only set aside is refused")
def _():
    made = held()
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({"payment_intent": made.id}),
            status=400)


@check("A refund of what was never paid is refused")
def _():
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({"payment_intent": intent().id}),
            status=400)


@check("A refund of a failed charge is refused")
def _():
    error = refused(stripe.CardError, lambda: intent(
        payment_method="pm_card_visa_chargeDeclined", confirm=True))
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({"charge": error.error.charge}),
            status=400)


@check("A refund of nothing named is refused")
def _():
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({"amount": 1}),
            code="parameter_missing")


@check("A refund of {} is refused", 0, -5)
def _(amount):
    made = paid()
    refused(stripe.InvalidRequestError,
            lambda: V1.refunds.create({"payment_intent": made.id, "amount": amount}),
            code="parameter_invalid_integer", param="amount")


@check("A refund for an unknown reason is refused")
def _():
    made = paid()
    refused(stripe.InvalidRequestError,
            lambda: V1.refunds.create({"payment_intent": made.id, "reason": "bored"}),
            param="reason")


@check("A charge and the intent of another are refused")
def _():
    refused(stripe.InvalidRequestError, lambda: V1.refunds.create({
        "payment_intent": paid().id, "charge": paid().latest_charge}), param="charge")


@check("After a partial capture only that part can be given back")
def _():
    made = V1.payment_intents.capture(held().id, {"amount_to_capture": 400})
    refused(stripe.InvalidRequestError,
            lambda: V1.refunds.create({"payment_intent": made.id, "amount": 401}), param="amount")
    equal(settled(V1.refunds.create({"payment_intent": made.id})).amount, 400)


@check("A refund that the network refuses fails, and can be tried again")
def _():
    made = intent(payment_method="pm_card_refundFail", confirm=True)
    refund = settled(V1.refunds.create({"payment_intent": made.id}))
    equal(refund.status, "failed")
    assert refund.failure_reason and refund.failure_balance_transaction
    charge = V1.charges.retrieve(made.latest_charge)
    equal((charge.refunded, charge.amount_refunded), (False, 0))


@check("A refund that pends is answered as pending, and succeeds later")
def _():
    made = intent(payment_method="pm_card_pendingRefund", confirm=True)
    refund = V1.refunds.create({"payment_intent": made.id})
    equal(refund.status, "pending")
    equal(settled(refund).status, "succeeded")


@check("No refund can be canceled")
def _():
    refund = V1.refunds.create({"payment_intent": paid().id})
    refused(stripe.InvalidRequestError, lambda: V1.refunds.cancel(refund.id), status=400)
