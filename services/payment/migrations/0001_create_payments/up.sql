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

CREATE TABLE payment (
    id uuid NOT NULL CONSTRAINT payment_pkey PRIMARY KEY,
    merchant_id text NOT NULL,
    idempotency_key text NOT NULL,
    -- Of the request that made it, to tell a repeat from another use of its key.
    request_hash bytea NOT NULL,
    capture_method text NOT NULL CONSTRAINT payment_capture_method_known
        CHECK (capture_method IN ('automatic', 'manual')),
    amount bigint NOT NULL CONSTRAINT payment_amount_positive CHECK (amount > 0),
    currency text NOT NULL,
    payment_method text NOT NULL,
    settlement_currency text,
    quote_id uuid,
    description text NOT NULL,
    metadata_keys text[] NOT NULL,
    metadata_values text[] NOT NULL,
    status text NOT NULL CONSTRAINT payment_status_known CHECK (status IN
        ('requires_payment_method', 'requires_confirmation', 'requires_action', 'processing',
         'requires_capture', 'succeeded', 'canceled')),
    -- The one saga at work on it, and on what. No other may begin.
    active_saga_id uuid,
    active_work text CONSTRAINT payment_active_work_known
        CHECK (active_work IN ('process', 'capture', 'cancel')),
    -- Of `process`: the status to return to. Of `capture`: how much.
    active_resume text,
    active_amount bigint,
    latest_charge_id uuid,
    failure_code text,
    failure_decline_code text,
    failure_message text,
    failure_charge_id uuid,
    next_action text NOT NULL,
    capture_before timestamptz,
    cancellation_reason text,
    canceled_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- The sequence of its last event.
    events bigint NOT NULL CONSTRAINT payment_has_events CHECK (events > 0),
    CONSTRAINT payment_idempotency_key UNIQUE (merchant_id, idempotency_key),
    CONSTRAINT payment_active_whole CHECK ((active_saga_id IS NULL) = (active_work IS NULL)),
    CONSTRAINT payment_processing_is_active
        CHECK ((status = 'processing') = coalesce(active_work = 'process', false)),
    CONSTRAINT payment_held_until
        CHECK ((status = 'requires_capture') = (capture_before IS NOT NULL)),
    CONSTRAINT payment_canceled_when CHECK ((status = 'canceled') = (canceled_at IS NOT NULL))
);
-- Ids begin with the time, so lists by id are newest first.
CREATE INDEX payment_of_merchant ON payment (merchant_id, id DESC);
CREATE INDEX payment_capture_due ON payment (capture_before) WHERE capture_before IS NOT NULL;

-- One row for each attempt to take the money. Amounts are minor units of the payment's currency,
-- shares and settlement_* minor units of the settlement currency.
CREATE TABLE charge (
    id uuid NOT NULL CONSTRAINT charge_pkey PRIMARY KEY,
    payment_id uuid NOT NULL,
    amount bigint NOT NULL CONSTRAINT charge_amount_positive CHECK (amount > 0),
    currency text NOT NULL,
    status text NOT NULL CONSTRAINT charge_status_known
        CHECK (status IN ('pending', 'succeeded', 'failed')),
    failure_code text,
    failure_decline_code text,
    failure_message text,
    authorization_reference text,
    capture_reference text,
    hold_saga_id uuid,
    hold_amount bigint,
    hold_fee_basis_points bigint,
    hold_quote_id uuid,
    hold_settlement_currency text,
    hold_payment_currency_factor text,
    hold_settlement_currency_factor text,
    hold_spread_basis_points bigint,
    amount_captured bigint NOT NULL,
    settlement_gross bigint,
    settlement_currency text,
    settlement_spread bigint,
    settlement_fee bigint,
    settlement_net bigint,
    settlement_exchange_rate text,
    settlement_quote_id uuid,
    refunds_reserved bigint NOT NULL,
    refunds_reserved_share bigint NOT NULL,
    refunds_applied bigint NOT NULL,
    refunds_applied_share bigint NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT charge_captured_within_amount
        CHECK (amount_captured >= 0 AND amount_captured <= amount),
    CONSTRAINT charge_settlement_adds_up CHECK
        (settlement_gross = settlement_net + settlement_spread + settlement_fee),
    CONSTRAINT charge_refunds_within_capture CHECK
        (refunds_reserved >= 0 AND refunds_applied >= 0
            AND refunds_reserved + refunds_applied <= amount_captured),
    CONSTRAINT charge_shares_within_gross CHECK
        (refunds_reserved_share >= 0 AND refunds_applied_share >= 0
            AND refunds_reserved_share + refunds_applied_share <= coalesce(settlement_gross, 0))
);
CREATE INDEX charge_of_payment ON charge (payment_id);

-- A part of a charge, set aside for one refund.
CREATE TABLE refund_reservation (
    refund_id uuid NOT NULL CONSTRAINT refund_reservation_pkey PRIMARY KEY,
    payment_id uuid NOT NULL,
    charge_id uuid NOT NULL,
    saga_id uuid NOT NULL,
    amount bigint NOT NULL CONSTRAINT refund_reservation_amount_positive CHECK (amount > 0),
    share bigint NOT NULL CONSTRAINT refund_reservation_share_not_negative CHECK (share >= 0),
    state text NOT NULL CONSTRAINT refund_reservation_state_known
        CHECK (state IN ('reserved', 'applied', 'released'))
);

-- What happened to a payment, written in the transaction that made it happen.
CREATE TABLE payment_event (
    payment_id uuid NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT payment_event_pkey PRIMARY KEY (payment_id, sequence)
);

GRANT SELECT, INSERT, UPDATE ON saga_fence, operation_barrier TO florin_payment;
GRANT SELECT, INSERT, UPDATE ON acquirer_attempt, payment, charge, refund_reservation
    TO florin_payment;
GRANT SELECT, INSERT ON payment_event TO florin_payment;
