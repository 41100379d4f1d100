-- What the card network did: one row for each reference, written once and never changed. A refund
-- that is decided later carries its end (`decided_at`, and `code` when it fails) from the start.
CREATE TABLE effect (
    reference text NOT NULL CONSTRAINT effect_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT effect_kind_known
        CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
    amount bigint NOT NULL CONSTRAINT effect_amount_positive CHECK (amount > 0),
    currency text NOT NULL,
    payment_method text NOT NULL,
    -- The authorization that is captured or voided, the capture that is refunded.
    parent_reference text,
    outcome text NOT NULL CONSTRAINT effect_outcome_known
        CHECK (outcome IN ('approved', 'declined', 'requires_action', 'pending')),
    decided_at timestamptz,
    code text,
    decline_code text,
    message text,
    created_at timestamptz NOT NULL,
    CONSTRAINT effect_parent_of_kind CHECK ((parent_reference IS NULL) = (kind = 'authorize')),
    CONSTRAINT effect_pending_is_a_refund CHECK (outcome <> 'pending' OR kind = 'refund'),
    CONSTRAINT effect_pending_ends CHECK ((outcome = 'pending') = (decided_at IS NOT NULL))
);

-- What is left of an authorization or a capture is what its children leave.
CREATE INDEX effect_parent ON effect (parent_reference) WHERE parent_reference IS NOT NULL;
CREATE INDEX effect_newest ON effect (created_at DESC, reference DESC);

-- How the next calls are to be treated, oldest rule first.
CREATE TABLE script (
    id uuid NOT NULL CONSTRAINT script_pkey PRIMARY KEY,
    kind text,
    reference_prefix text NOT NULL,
    payment_method text NOT NULL,
    behavior text NOT NULL,
    delay_ms bigint NOT NULL,
    remaining bigint NOT NULL CONSTRAINT script_remaining_positive CHECK (remaining > 0),
    decline_code text NOT NULL,
    created_at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON effect TO florin_acquirer;
-- To lock a row, PostgreSQL asks for the right to change a column of it; this one never is.
GRANT UPDATE (created_at) ON effect TO florin_acquirer;
GRANT SELECT, INSERT, UPDATE, DELETE ON script TO florin_acquirer;
