-- What the merchant calls the customer and the payment method: kept, and not looked into. A charge
-- keeps what it was tried with, as the payment's may change for the next attempt.
ALTER TABLE payment ADD COLUMN customer_id text NOT NULL DEFAULT '';
ALTER TABLE payment ADD COLUMN payment_method_id text NOT NULL DEFAULT '';
ALTER TABLE charge ADD COLUMN payment_method text NOT NULL DEFAULT '';
ALTER TABLE charge ADD COLUMN payment_method_id text NOT NULL DEFAULT '';
-- Payments without a customer cost nothing here.
CREATE INDEX payment_of_customer ON payment (customer_id, id DESC) WHERE customer_id <> '';
