-- All that happens within one write of a saga is one row: the first event in its columns, those
-- that followed it, numbered on from it, beside them. Rows of before have none. Adds a column
-- without a value: no row is rewritten.
-- SagaEvents of progress.proto.
ALTER TABLE saga_events ADD COLUMN followed_by bytea;
