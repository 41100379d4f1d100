"""Customers and what they pay with."""

import stripe

from support import V1, check, equal, fresh, intent, refused


@check("A customer is made, retrieved and changed")
def _():
    made = V1.customers.create({
        "name": "Ada", "email": "ada@example.com", "phone": "+1", "description": "d",
        "metadata": {"a": "1"}})
    equal(V1.customers.retrieve(made.id).to_dict(), made.to_dict())
    changed = V1.customers.update(made.id, {"name": "", "email": "b@example.com",
                                            "metadata": {"a": "", "b": "2"}})
    equal((changed.name, changed.email, changed.phone, changed.metadata.to_dict()),
          (None, "b@example.com", "+1", {"b": "2"}))


@check("A customer has the fields of Stripe's")
def _():
    made = V1.customers.create()
    equal((made.object, made.balance, made.delinquent, made.livemode),
          ("customer", 0, False, False))
    equal(made.invoice_settings.default_payment_method, None)


@check("A deleted customer says so, and can be neither changed nor used")
def _():
    made = V1.customers.create()
    equal(V1.customers.delete(made.id).deleted, True)
    equal(V1.customers.retrieve(made.id).deleted, True)
    refused(stripe.InvalidRequestError, lambda: V1.customers.update(made.id, {"name": "x"}),
            code="resource_missing", status=404)
    refused(stripe.InvalidRequestError, lambda: intent(customer=made.id),
            code="resource_missing", param="customer", status=400)


@check("Customers are found by their email")
def _():
    email = f"{fresh()}@example.com"
    made = V1.customers.create({"email": email})
    equal([found.id for found in V1.customers.list({"email": email}).data], [made.id])


@check("What is no email address is refused", "x", "a b@c", "@b", "a@b@c")
def _(email):
    refused(stripe.InvalidRequestError, lambda: V1.customers.create({"email": email}),
            code="email_invalid", param="email")


@check("A payment method is made from a token, and used")
def _():
    method = V1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    equal((method.type, method.card.last4, method.customer), ("card", "4242", None))
    made = intent(payment_method=method.id, confirm=True)
    equal((made.status, made.payment_method), ("succeeded", method.id))
    equal(V1.charges.retrieve(made.latest_charge).payment_method, method.id)


@check("A payment method that is declined is named in the error")
def _():
    method = V1.payment_methods.create({
        "type": "card", "card": {"token": "tok_visa_chargeDeclined"}})
    error = refused(stripe.CardError, lambda: intent(payment_method=method.id, confirm=True))
    equal(error.error.payment_intent.last_payment_error.payment_method.id, method.id)


@check("A payment method is attached, used by its customer only, and detached for good")
def _():
    customer = V1.customers.create()
    method = V1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    attached = V1.payment_methods.attach(method.id, {"customer": customer.id})
    equal(attached.customer, customer.id)
    equal([m.id for m in V1.payment_methods.list({"customer": customer.id}).data], [method.id])
    equal([m.id for m in V1.customers.payment_methods.list(customer.id).data], [method.id])
    refused(stripe.InvalidRequestError, lambda: intent(payment_method=method.id),
            param="payment_method")
    made = intent(payment_method=method.id, customer=customer.id, confirm=True)
    equal(made.status, "succeeded")
    equal(V1.payment_methods.detach(method.id).customer, None)
    refused(stripe.InvalidRequestError, lambda: intent(payment_method=method.id))
    refused(stripe.InvalidRequestError,
            lambda: V1.payment_methods.attach(method.id, {"customer": customer.id}))


@check("A customer's payment method is retrieved through its customer, and no other's")
def _():
    customer, other = V1.customers.create(), V1.customers.create()
    method = V1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    found = V1.customers.payment_methods.retrieve(
        customer.id, method.id, {"expand": ["customer"]})
    equal((found.id, found.customer.id), (method.id, customer.id))
    for owner, one in ((other.id, method.id), (customer.id, "pm_card_visa"),
                       (customer.id, "pm_nothing"), ("cus_nothing", method.id)):
        refused(stripe.InvalidRequestError,
                lambda: V1.customers.payment_methods.retrieve(owner, one),
                code="resource_missing", status=404)


@check("A test method that is attached becomes one of the customer's own")
def _():
    customer = V1.customers.create()
    method = V1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert method.id != "pm_card_visa"
    equal(method.customer, customer.id)
    equal(V1.payment_methods.retrieve("pm_card_visa").customer, None)


@check("A payment method is not attached to a second customer")
def _():
    first, second = V1.customers.create(), V1.customers.create()
    method = V1.payment_methods.attach("pm_card_visa", {"customer": first.id})
    refused(stripe.InvalidRequestError,
            lambda: V1.payment_methods.attach(method.id, {"customer": second.id}))
    equal(V1.payment_methods.retrieve(method.id).customer, first.id)


@check("What is not attached cannot be detached")
def _():
    method = V1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    refused(stripe.InvalidRequestError, lambda: V1.payment_methods.detach(method.id))


@check("A payment method's metadata can be changed")
def _():
    method = V1.payment_methods.create({
        "type": "card", "card": {"token": "tok_visa"}, "metadata": {"a": "1"}})
    changed = V1.payment_methods.update(method.id, {"metadata": {"b": "2"}})
    equal(changed.metadata.to_dict(), {"a": "1", "b": "2"})


@check("Deleting a customer detaches what it paid with")
def _():
    customer = V1.customers.create()
    method = V1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    V1.customers.delete(customer.id)
    equal(V1.payment_methods.retrieve(method.id).customer, None)


@check("A card's number is refused, and not repeated")
def _():
    error = refused(stripe.InvalidRequestError, lambda: V1.payment_methods.create({
        "type": "card", "card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2040,
                                 "cvc": "123"}}), status=400)
    assert "4242" not in str(error)


@check("An unknown token is refused")
def _():
    refused(stripe.InvalidRequestError, lambda: V1.payment_methods.create({
        "type": "card", "card": {"token": "tok_nothing"}}), code="resource_missing")
