-- How far payments are reconciled: up to which ended saga. One row.
CREATE TABLE reconciliation_cursor (
    is_only boolean NOT NULL DEFAULT true CONSTRAINT reconciliation_cursor_pkey PRIMARY KEY
        CONSTRAINT reconciliation_cursor_is_one CHECK (is_only),
    ended_at timestamptz NOT NULL,
    saga_id uuid NOT NULL
);
INSERT INTO reconciliation_cursor (ended_at, saga_id)
VALUES (now(), '00000000-0000-0000-0000-000000000000');

-- An entry for each saga, made once, as it ends.
CREATE INDEX sagas_ended ON sagas (ended_at, id) WHERE ended_at IS NOT NULL;

GRANT SELECT, UPDATE ON reconciliation_cursor TO florin_orchestrator;
