"""A payment, a refund and a refusal by Stripe's SDK. Reads the address and the key from API and KEY."""

import os

import stripe

client = stripe.StripeClient(os.environ["KEY"], base_addresses={"api": os.environ["API"]})

payment = client.v1.payment_intents.create({
    "amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
    "metadata": {"order": "18"}})
print(payment.status, payment.amount_received, payment.currency)

refund = client.v1.refunds.create({"payment_intent": payment.id, "amount": 500})
print("refund", refund.status, refund.amount)

try:
    client.v1.payment_intents.create({
        "amount": 2000, "currency": "usd", "confirm": True,
        "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds"})
except stripe.CardError as error:
    print("refused:", error.code, error.user_message)

found = client.v1.payment_intents.search({"query": "metadata['order']:'18' AND status:'succeeded'"})
print("found", len(found.data))
