-- What the gateway is still to be told: one row for each transaction that changed something, written
-- by it, and removed once the gateway has it.
CREATE TABLE outbox (
    -- Begins with the time.
    id uuid NOT NULL CONSTRAINT outbox_pkey PRIMARY KEY,
    -- A florin.payment.v1.PaymentChanges.
    changes bytea NOT NULL
);

GRANT SELECT, INSERT, DELETE ON outbox TO florin_payment;
