-- The books. One process owns them: it decides in memory and appends what it decided to the
-- journal, which is all there is to lose; everything else here follows from it and is written
-- behind. The service's role can add to the journal, and neither change nor delete any of it.

-- Who owns the books. Every commit names the epoch it was decided under; a row with a newer epoch
-- makes it fail, and a commit under way makes the next owner wait.
CREATE TABLE ledger_owner (
    shard smallint CONSTRAINT ledger_owner_pkey PRIMARY KEY,
    epoch bigint NOT NULL,
    holder uuid,
    lease_until timestamptz NOT NULL
);
INSERT INTO ledger_owner (shard, epoch, holder, lease_until) VALUES (0, 0, NULL, '-infinity');

-- All that ever happened. `at_us`, Unix microseconds, is its order: no two entries of a shard have
-- the same. Each column means what its name says in a transfer; in entries of other kinds:
--   failure (2)    a transfer that was refused for good, and why (`result`)
--   expiry (3)     the pending transfer that ended (`pending_id`) and what it had held
--   account (4)    the account's id (`debit_account_id`), flags and name (`body`)
--   operation (5)  a saga (`user_data`), its epoch (`amount`), kind (`code`) and answer (`body`)
-- It is parted by id. Ids that rise with time, as ours do, begin with their time, so the parts are
-- months, and yet an id is unique in all of them; other ids share two parts of their own.
CREATE TABLE journal (
    shard smallint NOT NULL,
    at_us bigint NOT NULL,
    id uuid NOT NULL,
    kind smallint NOT NULL,
    debit_account_id uuid,
    credit_account_id uuid,
    amount bigint NOT NULL,             -- minor units
    currency text COLLATE "C" NOT NULL,
    pending_id uuid,                    -- of a post, a void or an expiry
    flags integer NOT NULL,
    code bigint NOT NULL,
    user_data uuid,
    timeout_seconds bigint NOT NULL,    -- of a pending one; 0: never
    result smallint,                    -- ResultCode of a failure
    body bytea,
    -- The first 64 bits of SHA-256(hash before this entry, this entry).
    chain bigint NOT NULL,
    CONSTRAINT journal_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);

-- A month is one of UTC, whatever the server's own time is.
SET LOCAL TimeZone = 'UTC';
DO $$
DECLARE
    month timestamptz := '2026-01-01 00:00:00+00';
    edge CONSTANT timestamptz := '2029-01-01 00:00:00+00';
    -- A month begins at the id that begins with its first millisecond.
    low text;
    high text;
BEGIN
    low := lpad(to_hex((extract(epoch FROM month) * 1000)::bigint), 12, '0');
    EXECUTE format(
        'CREATE TABLE journal_before PARTITION OF journal FOR VALUES FROM (MINVALUE) TO (%L)',
        (low || '00000000000000000000')::uuid);
    WHILE month < edge LOOP
        low := lpad(to_hex((extract(epoch FROM month) * 1000)::bigint), 12, '0');
        high := lpad(
            to_hex((extract(epoch FROM month + interval '1 month') * 1000)::bigint), 12, '0');
        EXECUTE format(
            'CREATE TABLE journal_%s PARTITION OF journal FOR VALUES FROM (%L) TO (%L)',
            to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'), (low || '00000000000000000000')::uuid,
            (high || '00000000000000000000')::uuid);
        month := month + interval '1 month';
    END LOOP;
    EXECUTE format(
        'CREATE TABLE journal_later PARTITION OF journal FOR VALUES FROM (%L) TO (%L)',
        (high || '00000000000000000000')::uuid, '03bb2cc3-d800-0000-0000-000000000000'::uuid);
    EXECUTE format(
        'CREATE TABLE journal_other PARTITION OF journal FOR VALUES FROM (%L) TO (MAXVALUE)',
        '03bb2cc3-d800-0000-0000-000000000000'::uuid);
END $$;
-- Rows lie in the order of their time, so a range of pages is all an index needs to say.
CREATE INDEX journal_at_us ON journal USING brin (at_us)
    WITH (pages_per_range = 32, autosummarize = on);
-- The barrier of one saga.
CREATE INDEX journal_operation ON journal (user_data) WHERE kind = 5;

-- One row for each durable batch: its last entry, and the hash of all the journal up to it.
CREATE TABLE journal_commit (
    shard smallint NOT NULL,
    last_us bigint NOT NULL,
    first_us bigint NOT NULL,
    entries integer NOT NULL CONSTRAINT journal_commit_not_empty CHECK (entries > 0),
    -- NOT NULL is the fence: it is read from ledger_owner by the epoch that the batch has.
    epoch bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT journal_commit_pkey PRIMARY KEY (shard, last_us)
);

-- What an account is, written with its opening; its sums are those of the last checkpoint.
CREATE TABLE account (
    id uuid CONSTRAINT account_pkey PRIMARY KEY,
    shard smallint NOT NULL,
    name text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    flags integer NOT NULL,
    user_data uuid,
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
CREATE INDEX account_user_data ON account (user_data) WHERE user_data IS NOT NULL;

-- How far account and pending_hold have got: they are as the journal up to this moment makes them.
CREATE TABLE checkpoint (
    shard smallint CONSTRAINT checkpoint_pkey PRIMARY KEY,
    at_us bigint NOT NULL
);
INSERT INTO checkpoint (shard, at_us) VALUES (0, 0);
CREATE TABLE pending_hold (
    id uuid CONSTRAINT pending_hold_pkey PRIMARY KEY,
    shard smallint NOT NULL
);

-- Where to find entries by what they are about, written behind in large batches: kept up with
-- each entry it would halve the journal's speed. Questions read what it lacks from the journal.
CREATE TABLE journal_index (
    attribute smallint NOT NULL,        -- 1 account, 2 user data, 3 the pending transfer it ends
    key uuid NOT NULL,
    at_us bigint NOT NULL,
    id uuid NOT NULL,
    CONSTRAINT journal_index_pkey PRIMARY KEY (attribute, key, at_us)
);
CREATE TABLE journal_indexed (
    shard smallint CONSTRAINT journal_indexed_pkey PRIMARY KEY,
    at_us bigint NOT NULL
);
INSERT INTO journal_indexed (shard, at_us) VALUES (0, 0);

GRANT SELECT, UPDATE ON ledger_owner TO florin_ledger;
GRANT SELECT, INSERT ON journal, journal_commit TO florin_ledger;
GRANT SELECT, INSERT ON account TO florin_ledger;
GRANT UPDATE (flags, debits_pending, debits_posted, credits_pending, credits_posted)
    ON account TO florin_ledger;
GRANT SELECT, UPDATE ON checkpoint, journal_indexed TO florin_ledger;
GRANT SELECT, INSERT, DELETE ON pending_hold TO florin_ledger;
GRANT SELECT, INSERT ON journal_index TO florin_ledger;
