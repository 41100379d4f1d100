-- The operation barrier: what a saga did here, so that repeats, latecomers and compensations
-- without an action are told apart. Written in the transaction of the effect.
CREATE TABLE saga_fence (saga_id uuid CONSTRAINT saga_fence_pkey PRIMARY KEY, epoch bigint NOT NULL CONSTRAINT saga_fence_epoch_positive CHECK (epoch > 0));
CREATE TABLE operation_barrier (
    saga_id uuid NOT NULL, step text NOT NULL, operation smallint NOT NULL,  -- 1 action, 2 compensation
    origin smallint NOT NULL,       -- which operation inserted the row: an action row of origin 2 blocks the action
    epoch bigint NOT NULL, request_hash bytea, answer bytea, created_at timestamptz NOT NULL,
    CONSTRAINT operation_barrier_pkey PRIMARY KEY (saga_id, step, operation));

-- One row for each operation asked of the acquirer, committed before it is sent. A state that is
-- settled (approved, declined, requires_action, absent) never changes.
CREATE TABLE acquirer_attempt (
    reference text NOT NULL CONSTRAINT acquirer_attempt_pkey PRIMARY KEY,
    subject uuid NOT NULL,
    kind text NOT NULL CONSTRAINT acquirer_attempt_kind_known
        CHECK (kind IN ('authorize', 'capture', 'void', 'refund')),
    amount bigint CONSTRAINT acquirer_attempt_amount_positive CHECK (amount > 0),
    currency text,
    payment_method text,
    parent_reference text,
    -- The acquirer carries it out up to this moment, and never later.
    not_after timestamptz NOT NULL,
    -- Set before it is undone: from then on nobody sends it.
    is_unwanted boolean NOT NULL,
    state text NOT NULL CONSTRAINT acquirer_attempt_state_known CHECK (state IN
        ('recorded', 'in_doubt', 'pending', 'approved', 'declined', 'requires_action', 'absent')),
    code text,
    decline_code text,
    message text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT acquirer_attempt_amount_of_kind CHECK ((amount IS NULL) = (kind = 'void')),
    CONSTRAINT acquirer_attempt_currency_of_amount CHECK ((amount IS NULL) = (currency IS NULL)),
    CONSTRAINT acquirer_attempt_parent_of_kind
        CHECK ((parent_reference IS NULL) = (kind = 'authorize')),
    CONSTRAINT acquirer_attempt_method_of_kind
        CHECK ((payment_method IS NULL) = (kind <> 'authorize'))
);
CREATE INDEX acquirer_attempt_subject ON acquirer_attempt (subject);

CREATE TABLE refund (
    id uuid NOT NULL CONSTRAINT refund_pkey PRIMARY KEY,
    saga_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    charge_id uuid NOT NULL,
    merchant_id text NOT NULL,
    amount bigint NOT NULL CONSTRAINT refund_amount_positive CHECK (amount > 0),
    currency text NOT NULL,
    settlement_amount bigint NOT NULL
        CONSTRAINT refund_settlement_not_negative CHECK (settlement_amount >= 0),
    settlement_currency text NOT NULL,
    reason text,
    metadata_keys text[] NOT NULL,
    metadata_values text[] NOT NULL,
    status text NOT NULL CONSTRAINT refund_status_known
        CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
    failure_reason text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The sequence of its last event.
    events bigint NOT NULL CONSTRAINT refund_has_events CHECK (events > 0),
    CONSTRAINT refund_failure_has_reason CHECK (failure_reason = '' OR status = 'failed')
);
-- Ids begin with the time, so lists by id are newest first.
CREATE INDEX refund_of_payment ON refund (payment_id, id DESC);
CREATE INDEX refund_of_merchant ON refund (merchant_id, id DESC);

-- What happened to a refund, written in the transaction that made it happen.
CREATE TABLE refund_event (
    refund_id uuid NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT refund_event_pkey PRIMARY KEY (refund_id, sequence)
);

GRANT SELECT, INSERT, UPDATE ON saga_fence, operation_barrier TO florin_refund;
GRANT SELECT, INSERT, UPDATE ON acquirer_attempt, refund TO florin_refund;
GRANT SELECT, INSERT ON refund_event TO florin_refund;
