"""Money that is set aside first: captures, cancellations."""

import stripe

from support import V1, check, equal, held, intent, paid, refused


@check("Manual capture sets the money aside")
def _():
    made = held()
    equal((made.status, made.amount_capturable, made.amount_received),
          ("requires_capture", 1000, 0))
    charge = V1.charges.retrieve(made.latest_charge)
    equal((charge.status, charge.captured, charge.amount_captured), ("succeeded", False, 0))
    equal(charge.balance_transaction, None)


@check("A capture takes all of it")
def _():
    taken = V1.payment_intents.capture(held().id)
    equal((taken.status, taken.amount_received, taken.amount_capturable), ("succeeded", 1000, 0))


@check("A capture of a part releases the rest")
def _():
    taken = V1.payment_intents.capture(held().id, {"amount_to_capture": 300})
    equal((taken.status, taken.amount, taken.amount_received, taken.amount_capturable),
          ("succeeded", 1000, 300, 0))
    charge = V1.charges.retrieve(taken.latest_charge)
    equal((charge.amount, charge.amount_captured, charge.captured), (1000, 300, True))


@check("A capture can change the metadata; one that is refused changes none")
def _():
    made = held(metadata={"a": "1", "b": "2"})
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.capture(
        made.id, {"amount_to_capture": 1001, "metadata": {"a": "9"}}))
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.capture(
        made.id, {"metadata": {f"k{number}": "v" for number in range(50)}}), param="metadata")
    equal(V1.payment_intents.retrieve(made.id).status, "requires_capture")
    equal(V1.payment_intents.retrieve(made.id).metadata.to_dict(), {"a": "1", "b": "2"})
    taken = V1.payment_intents.capture(made.id, {"metadata": {"a": "", "c": "3"}})
    equal((taken.status, taken.metadata.to_dict()), ("succeeded", {"b": "2", "c": "3"}))
    equal(V1.payment_intents.retrieve(made.id).to_dict(), taken.to_dict())
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.capture(
        made.id, {"metadata": {"d": "4"}}), code="payment_intent_unexpected_state")
    equal(V1.payment_intents.retrieve(made.id).metadata.to_dict(), {"b": "2", "c": "3"})


@check("A capture of more than was set aside is refused")
def _():
    made = held()
    refused(stripe.InvalidRequestError,
            lambda: V1.payment_intents.capture(made.id, {"amount_to_capture": 1001}),
            code="amount_too_large", param="amount_to_capture")
    equal(V1.payment_intents.retrieve(made.id).amount_capturable, 1000)


@check("A capture of {} is refused", 0, -1)
def _(amount):
    made = held()
    refused(stripe.InvalidRequestError,
            lambda: V1.payment_intents.capture(made.id, {"amount_to_capture": amount}),
            code="parameter_invalid_integer", param="amount_to_capture")


@check("A second capture is refused, and the intent is shown")
def _():
    made = held()
    V1.payment_intents.capture(made.id)
    error = refused(stripe.InvalidRequestError, lambda: V1.payment_intents.capture(made.id),
                    code="payment_intent_unexpected_state", status=400)
    equal(error.error.payment_intent.status, "succeeded")


@check("A capture of what was taken at once is refused")
def _():
    made = paid()
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.capture(made.id),
            code="payment_intent_unexpected_state")


@check("A capture of what is not confirmed is refused")
def _():
    made = intent(payment_method="pm_card_visa", capture_method="manual")
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.capture(made.id),
            code="payment_intent_unexpected_state")


@check("A cancellation releases what was set aside")
def _():
    ended = V1.payment_intents.cancel(held().id, {"cancellation_reason": "abandoned"})
    equal((ended.status, ended.cancellation_reason, ended.amount_capturable),
          ("canceled", "abandoned", 0))
    assert ended.canceled_at >= ended.created


@check("A cancellation before the confirmation ends the intent")
def _():
    made = intent()
    equal(V1.payment_intents.cancel(made.id).status, "canceled")
    refused(stripe.InvalidRequestError,
            lambda: V1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"}),
            code="payment_intent_unexpected_state")


@check("What has ended cannot be canceled", "succeeded", "canceled")
def _(status):
    made = paid() if status == "succeeded" else intent()
    if status == "canceled":
        V1.payment_intents.cancel(made.id)
    error = refused(stripe.InvalidRequestError, lambda: V1.payment_intents.cancel(made.id),
                    code="payment_intent_unexpected_state")
    equal(error.error.payment_intent.status, status)


@check("A cancellation for an unknown reason is refused")
def _():
    made = intent()
    refused(stripe.InvalidRequestError,
            lambda: V1.payment_intents.cancel(made.id, {"cancellation_reason": "bored"}),
            param="cancellation_reason")
    equal(V1.payment_intents.retrieve(made.id).status, "requires_payment_method")


@check("A hold that is declined is a CardError too")
def _():
    refused(stripe.CardError, lambda: intent(
        payment_method="pm_card_visa_chargeDeclined", confirm=True, capture_method="manual"),
        code="card_declined")
