-- The books: accounts with their balances, the journal of transfers, what became of the pending
-- ones, and the barrier against repeated and late operations of sagas. The service only adds to
-- the journal: its role may neither change nor delete a transfer. Ids are referred to without
-- foreign keys, which would cost three quarters of the throughput; nothing is ever deleted, and
-- only the core, which has looked every account up, decides what is written.

-- One row. Every transaction that writes locks it first, so that two processes take turns and each
-- decides on what the other has committed. It also keeps the journal's times unique and rising
-- when a clock is set back.
CREATE TABLE journal_head (
    only_row boolean CONSTRAINT journal_head_pkey PRIMARY KEY,
    last_us bigint NOT NULL,            -- Unix microseconds of the newest event
    CONSTRAINT journal_head_only_row CHECK (only_row)
);
INSERT INTO journal_head (only_row, last_us) VALUES (true, 0);

CREATE TABLE account (
    id uuid CONSTRAINT account_pkey PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    flags integer NOT NULL,
    created_us bigint NOT NULL,
    -- Minor units.
    debits_pending bigint NOT NULL,
    debits_posted bigint NOT NULL,
    credits_pending bigint NOT NULL,
    credits_posted bigint NOT NULL,
    CONSTRAINT account_name_currency_key UNIQUE (name, currency),
    CONSTRAINT account_balances_not_negative CHECK (
        debits_pending >= 0 AND debits_posted >= 0
        AND credits_pending >= 0 AND credits_posted >= 0)
);

CREATE TABLE transfer (
    id uuid CONSTRAINT transfer_pkey PRIMARY KEY,
    created_us bigint NOT NULL CONSTRAINT transfer_created_us_key UNIQUE,
    debit_account_id uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    amount bigint NOT NULL,             -- minor units
    currency text COLLATE "C" NOT NULL,
    pending_id uuid,                    -- of a post or a void
    flags integer NOT NULL,
    code bigint NOT NULL,
    user_data uuid,
    timeout_seconds bigint NOT NULL,    -- of a pending one; 0: never
    CONSTRAINT transfer_amount_positive CHECK (amount > 0),
    CONSTRAINT transfer_accounts_differ CHECK (debit_account_id <> credit_account_id)
);
-- A pending transfer is posted or voided once, whatever goes wrong above.
CREATE UNIQUE INDEX transfer_pending_id_key ON transfer (pending_id)
    WHERE pending_id IS NOT NULL;
CREATE INDEX transfer_user_data_idx ON transfer (user_data, created_us)
    WHERE user_data IS NOT NULL;
CREATE INDEX transfer_debit_account_idx ON transfer (debit_account_id, created_us);
CREATE INDEX transfer_credit_account_idx ON transfer (credit_account_id, created_us);

CREATE TABLE pending_transfer (
    transfer_id uuid CONSTRAINT pending_transfer_pkey PRIMARY KEY,
    status smallint NOT NULL,           -- 1 pending, 2 posted, 3 voided, 4 expired
    expires_us bigint,                  -- Unix microseconds; null: never
    CONSTRAINT pending_transfer_status_known CHECK (status BETWEEN 1 AND 4)
);
-- What the sweeper looks through: empty but for what is due one day.
CREATE INDEX pending_transfer_due_idx ON pending_transfer (expires_us)
    WHERE status = 1 AND expires_us IS NOT NULL;

-- Ids that are spent though no transfer has them: refused for a reason that could have passed.
CREATE TABLE transfer_failure (
    transfer_id uuid CONSTRAINT transfer_failure_pkey PRIMARY KEY,
    code integer NOT NULL               -- ResultCode
);

CREATE TABLE saga_fence (
    saga_id uuid CONSTRAINT saga_fence_pkey PRIMARY KEY,
    epoch bigint NOT NULL CONSTRAINT saga_fence_epoch_positive CHECK (epoch > 0)
);
CREATE TABLE operation_barrier (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    operation smallint NOT NULL,        -- 1 action, 2 compensation
    origin smallint NOT NULL,           -- which operation inserted the row: an action row of origin 2 blocks the action
    epoch bigint NOT NULL,
    request_hash bytea,
    answer bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT operation_barrier_pkey PRIMARY KEY (saga_id, step, operation)
);

GRANT SELECT, UPDATE ON journal_head TO florin_ledger;
GRANT SELECT, INSERT ON account TO florin_ledger;
GRANT UPDATE (debits_pending, debits_posted, credits_pending, credits_posted)
    ON account TO florin_ledger;
GRANT SELECT, INSERT ON transfer, transfer_failure TO florin_ledger;
GRANT SELECT, INSERT ON pending_transfer TO florin_ledger;
GRANT UPDATE (status) ON pending_transfer TO florin_ledger;
GRANT SELECT, INSERT, UPDATE ON saga_fence, operation_barrier TO florin_ledger;
