"""A payment from its making to its end, and declines."""

import stripe

from support import CLIENT, SYSTEM, V1, check, equal, fresh, intent, paid, raw, refused


@check("An intent without a payment method requires one")
def _():
    equal(intent().status, "requires_payment_method")


@check("An intent with a payment method requires confirmation")
def _():
    made = intent(payment_method="pm_card_visa")
    equal((made.status, made.payment_method), ("requires_confirmation", "pm_card_visa"))


@check("Confirming takes the money")
def _():
    made = intent(payment_method="pm_card_visa")
    taken = V1.payment_intents.confirm(made.id)
    equal((taken.status, taken.amount_received, taken.amount_capturable), ("succeeded", 1000, 0))
    charge = V1.charges.retrieve(taken.latest_charge)
    equal((charge.status, charge.captured, charge.paid, charge.amount_captured),
          ("succeeded", True, True, 1000))


@check("Confirming can bring the payment method")
def _():
    taken = V1.payment_intents.confirm(intent().id, {"payment_method": "pm_card_visa"})
    equal(taken.status, "succeeded")


@check("Creating can confirm at once")
def _():
    equal(paid().status, "succeeded")


@check("What is retrieved is what was made")
def _():
    made = paid(description="order 1", metadata={"order": "1"})
    equal(V1.payment_intents.retrieve(made.id).to_dict(), made.to_dict())


@check("An intent has the fields of Stripe's, of their types")
def _():
    made = paid()
    for field in ("automatic_payment_methods", "application", "processing", "review", "shipping",
                  "transfer_data", "setup_future_usage", "receipt_email", "on_behalf_of"):
        assert made[field] is None, field
    equal(made.payment_method_types, ["card"])
    equal((made.object, made.livemode, made.currency), ("payment_intent", False, "usd"))
    equal((made.amount_details.tip.to_dict(), made.confirmation_method), ({}, "automatic"))
    assert made.client_secret.startswith(made.id + "_secret_")


@check("A charge has the fields of Stripe's, of their types")
def _():
    charge = V1.charges.retrieve(paid().latest_charge)
    equal((charge.object, charge.refunded, charge.disputed), ("charge", False, False))
    equal((charge.payment_method_details.card.last4, charge.payment_method_details.card.brand),
          ("4242", "visa"))
    equal((charge.outcome.type, charge.outcome.network_status),
          ("authorized", "approved_by_network"))
    assert charge.billing_details.address.city is None


@check("Amount, currency and description can be changed before the confirmation")
def _():
    made = intent(payment_method="pm_card_visa")
    changed = V1.payment_intents.update(
        made.id, {"amount": 2000, "currency": "eur", "description": "two"})
    equal((changed.amount, changed.currency, changed.description), (2000, "eur", "two"))
    equal(V1.payment_intents.confirm(made.id).amount_received, 2000)


@check("Changing nothing answers the intent as it is")
def _():
    made = intent()
    equal(V1.payment_intents.update(made.id, {}).to_dict(), made.to_dict())


@check("Metadata: one entry set, one taken away, all taken away")
def _():
    made = intent(metadata={"a": "1", "b": "2"})
    equal(made.metadata.to_dict(), {"a": "1", "b": "2"})
    changed = V1.payment_intents.update(made.id, {"metadata": {"a": "", "c": "3"}})
    equal(changed.metadata.to_dict(), {"b": "2", "c": "3"})
    equal(V1.payment_intents.update(made.id, {"metadata": ""}).metadata.to_dict(), {})


@check("Metadata and description can be changed after the end, the amount cannot")
def _():
    made = paid()
    changed = V1.payment_intents.update(made.id, {"metadata": {"late": "yes"}})
    equal(changed.metadata["late"], "yes")
    error = refused(stripe.InvalidRequestError,
                    lambda: V1.payment_intents.update(made.id, {"amount": 5000}),
                    code="payment_intent_unexpected_state", status=400)
    equal(error.error.payment_intent.id, made.id)


@check("Texts of any script and emoji come back as they were")
def _():
    text = "Zürich – 東京 – 🎉 & = + % \" \\ \n tab\t"
    made = intent(description=text, metadata={"k 1 & =": text})
    equal((made.description, made.metadata["k 1 & ="]), (text, text))


@check("A customer of an intent is shown with it")
def _():
    customer = V1.customers.create({"name": "N"})
    equal(paid(customer=customer.id).customer, customer.id)


@check("Yen have no cents, dinars have three digits", ("jpy", 500), ("kwd", 1230), ("eur", 999))
def _(currency, amount):
    made = paid(currency=currency, amount=amount)
    equal((made.currency, made.amount_received), (currency, amount))


DECLINES = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined",
     "card_velocity_exceeded"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
]


@check("{} is a CardError with its code, and its failed charge is kept", *DECLINES)
def _(method, code, decline):
    mark = fresh()
    error = refused(
        stripe.CardError,
        lambda: intent(payment_method=method, confirm=True, description=mark), code=code,
        status=402)
    if decline:
        equal(error.error.decline_code, decline)
    equal(error.error.payment_method.id, method)
    declined = error.error.payment_intent
    equal((declined.status, declined.payment_method), ("requires_payment_method", None))
    equal(declined.last_payment_error.code, code)
    equal(declined.last_payment_error.payment_method.id, method)
    charge = V1.charges.retrieve(error.error.charge)
    equal((charge.status, charge.paid, charge.captured), ("failed", False, False))
    equal((charge.failure_code, charge.payment_method), (code, method))
    equal(charge.id, declined.latest_charge)


@check("After a decline another payment method does it, and both charges are kept")
def _():
    made = intent(payment_method="pm_card_visa_chargeDeclined")
    refused(stripe.CardError, lambda: V1.payment_intents.confirm(made.id))
    taken = V1.payment_intents.confirm(made.id, {"payment_method": "pm_card_visa"})
    equal((taken.status, taken.last_payment_error), ("succeeded", None))
    charges = V1.charges.list({"payment_intent": made.id}).data
    equal([charge.status for charge in charges], ["succeeded", "failed"])
    equal([charge.payment_method for charge in charges],
          ["pm_card_visa", "pm_card_visa_chargeDeclined"])


@check("After a decline nothing is tried again by itself")
def _():
    made = intent(payment_method="pm_card_visa_chargeDeclined")
    refused(stripe.CardError, lambda: V1.payment_intents.confirm(made.id))
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.confirm(made.id),
            code="payment_intent_unexpected_state")
    V1.payment_intents.update(made.id, {"amount": 2000})
    equal(V1.payment_intents.retrieve(made.id).status, "requires_payment_method")
    equal(len(V1.charges.list({"payment_intent": made.id}).data), 1)


@check("A card that wants its holder: the intent requires action")
def _():
    made = intent(payment_method="pm_card_authenticationRequired", confirm=True)
    equal((made.status, made.next_action.type), ("requires_action", "use_stripe_sdk"))


@check("The same with error_on_requires_action is a CardError, and needs another method")
def _():
    error = refused(
        stripe.CardError, lambda: intent(
            payment_method="pm_card_authenticationRequired", confirm=True,
            error_on_requires_action=True), code="authentication_required", status=402)
    equal(error.error.payment_intent.status, "requires_payment_method")


@check("Confirming without a payment method is refused, and the intent is shown")
def _():
    made = intent()
    error = refused(stripe.InvalidRequestError, lambda: V1.payment_intents.confirm(made.id),
                    code="payment_intent_unexpected_state", status=400)
    equal(error.error.payment_intent.id, made.id)


@check("Confirming what has succeeded is refused")
def _():
    made = paid()
    refused(stripe.InvalidRequestError, lambda: V1.payment_intents.confirm(made.id),
            code="payment_intent_unexpected_state")
    equal(len(V1.charges.list({"payment_intent": made.id}).data), 1)


@check("An acquirer that never answers is asked what it did: the money is taken once")
def _():
    made = intent(payment_method="pm_card_neverAnswers", confirm=True)
    equal(made.status, "succeeded")
    equal(len(V1.charges.list({"payment_intent": made.id}).data), 1)


@check("Without an idempotency key a payment is made too")
def _():
    answer = raw("POST", "/v1/payment_intents", {
        "amount": 1000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true"})
    equal((answer.status, answer.json["status"]), (200, "succeeded"))


@check("What Stripe's code sends along and is of no use here is accepted")
def _():
    made = intent(
        payment_method="pm_card_visa", confirm=True, payment_method_types=["card"],
        automatic_payment_methods={"enabled": True, "allow_redirects": "never"}, off_session=False,
        return_url="https://example.com/back", confirmation_method="automatic",
        capture_method="automatic_async")
    equal(made.status, "succeeded")


@check("{} is a card of its brand", ("pm_card_visa_debit", "visa", "visa", "debit", "5556"),
       ("pm_card_mastercard", "mastercard", "mastercard", "credit", "4444"),
       ("pm_card_mastercard_prepaid", "mastercard", "mastercard", "prepaid", "5100"),
       ("pm_card_amex", "amex", "american_express", "credit", "0005"),
       ("pm_card_discover", "discover", "discover", "credit", "1117"),
       ("pm_card_diners", "diners", "diners_club", "credit", "0004"),
       ("pm_card_jcb", "jcb", "jcb", "credit", "0505"),
       ("pm_card_unionpay", "unionpay", "union_pay", "credit", "0005"))
def _(method, brand, display, funding, last4):
    made = intent(payment_method=method, confirm=True, expand=["latest_charge"])
    card = made.latest_charge.payment_method_details.card
    equal((made.status, card.brand, card.funding, card.last4),
          ("succeeded", brand, funding, last4))
    equal(V1.payment_methods.retrieve(method).card.display_brand, display)


@check("With off_session={} nobody is there: a payment that needs its customer is a CardError",
       True, "one_off", "recurring")
def _(away):
    equal(paid(off_session=away).status, "succeeded")
    error = refused(stripe.CardError, lambda: intent(
        payment_method="pm_card_authenticationRequired", confirm=True, off_session=away),
        code="authentication_required", status=402)
    equal((error.error.payment_intent.status, error.error.payment_method.id),
          ("requires_payment_method", "pm_card_authenticationRequired"))


@check("off_session is refused without a confirmation, and when it is neither flag nor kind")
def _():
    refused(stripe.InvalidRequestError, lambda: intent(off_session=True), param="off_session")
    refused(stripe.InvalidRequestError, lambda: paid(off_session="maybe"), param="off_session")


@check("The module-level API of the SDK works as the client does")
def _():
    stripe.api_key = SYSTEM.gateway["secretKey"]
    stripe.api_base = SYSTEM.gateway["address"]
    made = stripe.PaymentIntent.create(
        amount=1000, currency="usd", payment_method="pm_card_visa", confirm=True)
    equal(stripe.PaymentIntent.retrieve(made.id).status, "succeeded")


@check("A request by hand of the SDK's raw_request works")
def _():
    answer = CLIENT.raw_request("get", "/v1/account")
    equal(CLIENT.deserialize(answer, api_mode="V1").id, SYSTEM.gateway["account"])
