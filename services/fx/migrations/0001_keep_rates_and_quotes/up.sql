-- Rates as they were published, quotes made from them, and the barrier against repeated and late
-- operations of sagas. A published rate is never changed: the service's role may not.

-- One source's rates of one day, there in whole or not at all.
CREATE TABLE publication (
    source text COLLATE "C" NOT NULL,
    published_on date NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT publication_pkey PRIMARY KEY (source, published_on),
    CONSTRAINT publication_source_known CHECK (source IN ('ecb', 'sample'))
);

CREATE TABLE rate (
    source text COLLATE "C" NOT NULL,
    published_on date NOT NULL,
    currency text COLLATE "C" NOT NULL,
    units_per_euro numeric NOT NULL,        -- exactly as published
    CONSTRAINT rate_pkey PRIMARY KEY (source, published_on, currency),
    CONSTRAINT rate_publication_fkey FOREIGN KEY (source, published_on)
        REFERENCES publication (source, published_on),
    CONSTRAINT rate_positive CHECK (units_per_euro > 0)
);

CREATE TABLE quote (
    id uuid CONSTRAINT quote_pkey PRIMARY KEY,
    -- The caller's; NULL for a quote that a saga had made for itself.
    idempotency_key text COLLATE "C" CONSTRAINT quote_idempotency_key_key UNIQUE,
    lifetime_seconds bigint NOT NULL,
    from_currency text COLLATE "C" NOT NULL,
    from_amount bigint NOT NULL,            -- minor units, as are the three below
    to_currency text COLLATE "C" NOT NULL,
    gross bigint NOT NULL,
    spread bigint NOT NULL,
    to_amount bigint NOT NULL,
    residue bigint NOT NULL,
    from_factor numeric NOT NULL,           -- units for one euro
    to_factor numeric NOT NULL,
    spread_basis_points bigint NOT NULL,
    source text COLLATE "C" NOT NULL,
    published_on date NOT NULL,
    state smallint NOT NULL,                -- 1 open, 2 locked, 3 consumed
    saga_id uuid,                           -- holds or used it
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT quote_adds_up CHECK (gross = spread + to_amount + residue),
    CONSTRAINT quote_amounts_positive CHECK (from_amount > 0 AND to_amount > 0 AND spread >= 0),
    CONSTRAINT quote_state_known CHECK (state IN (1, 2, 3)),
    CONSTRAINT quote_saga_fits_state CHECK ((state = 1) = (saga_id IS NULL))
);
-- For a compensation, which knows its saga only.
CREATE INDEX quote_saga_id_idx ON quote (saga_id) WHERE saga_id IS NOT NULL;

CREATE TABLE saga_fence (
    saga_id uuid CONSTRAINT saga_fence_pkey PRIMARY KEY,
    epoch bigint NOT NULL CONSTRAINT saga_fence_epoch_positive CHECK (epoch > 0)
);

CREATE TABLE operation_barrier (
    saga_id uuid NOT NULL,
    step text NOT NULL,
    operation smallint NOT NULL,            -- 1 action, 2 compensation
    -- Which operation inserted the row: an action row of origin 2 blocks the action.
    origin smallint NOT NULL,
    epoch bigint NOT NULL,
    request_hash bytea,
    answer bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT operation_barrier_pkey PRIMARY KEY (saga_id, step, operation)
);

GRANT SELECT, INSERT ON publication, rate TO florin_fx;
GRANT SELECT, INSERT, UPDATE ON quote TO florin_fx;
GRANT SELECT, INSERT, UPDATE ON saga_fence, operation_barrier TO florin_fx;
