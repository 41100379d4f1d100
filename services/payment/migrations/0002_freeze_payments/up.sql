-- A payment that does not agree with the ledger or the acquirer is kept from being moved further,
-- until an operator has looked.
ALTER TABLE payment ADD COLUMN frozen_reason text
    CONSTRAINT payment_frozen_reason_given CHECK (frozen_reason <> '');
-- Few of many: to list them.
CREATE INDEX payment_frozen ON payment (id DESC) WHERE frozen_reason IS NOT NULL;

-- Each time a payment was frozen or unfrozen, and why. Only ever added to.
CREATE TABLE payment_freeze (
    payment_id uuid NOT NULL,
    -- The event of that change.
    sequence bigint NOT NULL,
    is_frozen boolean NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT payment_freeze_pkey PRIMARY KEY (payment_id, sequence)
);

GRANT SELECT, INSERT ON payment_freeze TO florin_payment;
