-- Callers' keys are as good as unique by themselves: found by the key first, a merchant of millions
-- of payments costs no more than one of few.
ALTER TABLE payment DROP CONSTRAINT payment_idempotency_key;
ALTER TABLE payment
    ADD CONSTRAINT payment_idempotency_key UNIQUE (idempotency_key, merchant_id);
