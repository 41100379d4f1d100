-- How far payments are reconciled: up to which ended saga. One row.
CREATE TABLE reconciliation_cursor (
    is_only boolean NOT NULL DEFAULT true CONSTRAINT reconciliation_cursor_pkey PRIMARY KEY
        CONSTRAINT reconciliation_cursor_is_one CHECK (is_only),
    ended_at timestamptz NOT NULL,
    saga_id uuid NOT NULL
);
INSERT INTO reconciliation_cursor (ended_at, saga_id)
VALUES (now(), '00000000-0000-0000-0000-000000000000');

-- Sagas end about in the order of their rows, so a summary of each range of pages is enough, and
-- costs the writes next to nothing.
CREATE INDEX sagas_ended ON sagas USING brin (ended_at) WITH (autosummarize = on);

GRANT SELECT, UPDATE ON reconciliation_cursor TO florin_orchestrator;
