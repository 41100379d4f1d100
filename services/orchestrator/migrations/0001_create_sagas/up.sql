-- One row for each saga. Locks nothing that exists.
CREATE TABLE sagas (
    id uuid CONSTRAINT sagas_pkey PRIMARY KEY,
    kind text NOT NULL,
    variant text NOT NULL,
    definition_version integer NOT NULL,
    -- SagaStatus of saga.proto.
    status smallint NOT NULL CONSTRAINT sagas_status_known CHECK (status BETWEEN 1 AND 5),
    -- Rises with each claim; a write that names a lower one finds no row.
    epoch bigint NOT NULL CONSTRAINT sagas_epoch_positive CHECK (epoch > 0),
    -- Whoever repeats a call with the key joins its saga, if the content is the same.
    idempotency_key text NOT NULL CONSTRAINT sagas_idempotency_key_unique UNIQUE,
    request_hash bytea NOT NULL,
    payment_id uuid NOT NULL,
    refund_id uuid,
    -- SagaInput and SagaProgress of progress.proto.
    input bytea NOT NULL,
    progress bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    ended_at timestamptz,
    -- The engine that drives it; NULL while none does.
    lease_owner uuid,
    -- When it may be claimed: the end of its lease or of its rest, by this database's clock.
    -- NULL when there is nothing to do: it ended, or an operator has to look.
    claimable_at timestamptz,
    CONSTRAINT sagas_ended_is_unclaimable CHECK (ended_at IS NULL OR claimable_at IS NULL)
);

-- The sweep: sagas that are due, oldest first.
CREATE INDEX sagas_claimable ON sagas (claimable_at) WHERE claimable_at IS NOT NULL;
-- ListSagas of one payment, newest first.
CREATE INDEX sagas_of_payment ON sagas (payment_id, id);

-- What happened in a saga: only ever added to.
CREATE TABLE saga_events (
    saga_id uuid NOT NULL
        CONSTRAINT saga_events_of_saga REFERENCES sagas (id),
    sequence bigint NOT NULL CONSTRAINT saga_events_sequence_positive CHECK (sequence > 0),
    at timestamptz NOT NULL,
    step text NOT NULL,
    type text NOT NULL,
    detail text NOT NULL,
    CONSTRAINT saga_events_pkey PRIMARY KEY (saga_id, sequence)
);

-- A saga whose first step was refused at once is removed; it has no events.
GRANT SELECT, INSERT, UPDATE, DELETE ON sagas TO florin_orchestrator;
GRANT SELECT, INSERT ON saga_events TO florin_orchestrator;
