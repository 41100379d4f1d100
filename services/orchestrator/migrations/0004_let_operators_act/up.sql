-- Sagas can be paused and stopped. The rows are read once, under a lock that lets nobody write.
ALTER TABLE sagas DROP CONSTRAINT sagas_status_known;
ALTER TABLE sagas ADD CONSTRAINT sagas_status_known CHECK (status BETWEEN 1 AND 7);

-- What operators look for. Sagas of before get them as they next move; '' and NULL: not known.
ALTER TABLE sagas
    ADD COLUMN step text NOT NULL DEFAULT '',
    ADD COLUMN merchant_id text NOT NULL DEFAULT '',
    ADD COLUMN amount bigint,
    ADD COLUMN currency text;
-- Lists and figures of what has not ended: few rows, whatever has ended before.
CREATE INDEX sagas_unfinished ON sagas (id) WHERE ended_at IS NULL;

-- What operators want done that needs another's approval. Only ever added to.
CREATE TABLE operator_request (
    id uuid CONSTRAINT operator_request_pkey PRIMARY KEY,
    -- OperatorAction of operator.proto.
    action smallint NOT NULL CONSTRAINT operator_request_action_known CHECK (action IN (5, 6)),
    saga_id uuid NOT NULL,
    -- RESOLVE: the step, and Evidence of operator.proto.
    step text NOT NULL,
    evidence bytea,
    reason text NOT NULL,
    -- Serial numbers of certificates.
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
-- A request is approved once. By whom else is the service's to check, and the log's to prove.
CREATE TABLE operator_approval (
    request_id uuid CONSTRAINT operator_approval_pkey PRIMARY KEY
        CONSTRAINT operator_approval_of_request REFERENCES operator_request (id),
    approved_by text NOT NULL,
    approved_at timestamptz NOT NULL
);

-- What operators did: a chain of hashes, only ever added to.
CREATE TABLE operator_log (
    number bigint CONSTRAINT operator_log_pkey PRIMARY KEY
        CONSTRAINT operator_log_from_one CHECK (number > 0),
    at timestamptz NOT NULL,
    operator text NOT NULL,
    action smallint NOT NULL,
    outcome text NOT NULL,
    saga_id uuid,
    request_id uuid,
    detail text NOT NULL,
    -- SHA-256(hash of the line before, this line).
    hash bytea NOT NULL CONSTRAINT operator_log_hash_is_sha256 CHECK (length(hash) = 32)
);
CREATE INDEX operator_log_of_saga ON operator_log (saga_id, number) WHERE saga_id IS NOT NULL;

-- One row, locked by whoever adds a line until it is committed.
CREATE TABLE operator_log_turn (number smallint CONSTRAINT operator_log_turn_pkey PRIMARY KEY);
INSERT INTO operator_log_turn VALUES (1);

GRANT SELECT, UPDATE ON operator_log_turn TO florin_orchestrator;
GRANT SELECT, INSERT ON operator_request, operator_approval, operator_log TO florin_orchestrator;
