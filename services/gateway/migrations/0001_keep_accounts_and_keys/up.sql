-- Merchants that use the HTTP API.
CREATE TABLE account (
    id uuid NOT NULL CONSTRAINT account_pkey PRIMARY KEY,
    merchant_id text NOT NULL CONSTRAINT account_merchant_id UNIQUE,
    display_name text NOT NULL,
    -- What client secrets are derived from.
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL
);

-- Their keys. What is kept of a key is its SHA-256: it has 190 random bits.
CREATE TABLE api_key (
    id uuid NOT NULL CONSTRAINT api_key_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT api_key_kind_known CHECK (kind IN ('sk', 'pk', 'rk')),
    livemode boolean NOT NULL,
    key_hash bytea NOT NULL CONSTRAINT api_key_hash UNIQUE,
    hint text NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz
);
CREATE INDEX api_key_of_account ON api_key (account_id, id DESC);

-- The gateways that run. A row whose time is over is of one that does not.
CREATE TABLE instance (
    id uuid NOT NULL CONSTRAINT instance_pkey PRIMARY KEY,
    alive_until timestamptz NOT NULL
);

-- One row for each idempotency key, written before the request is carried out.
CREATE TABLE idempotency_record (
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    key text NOT NULL,
    -- What the keys of all calls that the request makes are derived from.
    id uuid NOT NULL,
    request_hash bytea NOT NULL,
    -- The gateway at work on it; NULL when none is.
    owner uuid,
    begun_at timestamptz NOT NULL,
    -- The answer, once there is one.
    status integer,
    body bytea,
    request_id text,
    -- Whether money was moved: the row is then never removed.
    is_kept boolean NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_record_pkey PRIMARY KEY (account_id, livemode, key),
    CONSTRAINT idempotency_record_answer_whole CHECK
        ((status IS NULL) = (body IS NULL) AND (status IS NULL) = (request_id IS NULL))
) WITH (fillfactor = 50);
CREATE INDEX idempotency_record_to_remove ON idempotency_record (created_at) WHERE NOT is_kept;

GRANT SELECT, INSERT, UPDATE ON account, api_key TO florin_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON instance, idempotency_record TO florin_gateway;
