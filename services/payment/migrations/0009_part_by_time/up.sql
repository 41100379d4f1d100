-- Everything that grows with each payment is parted by time, so that what is old can be detached.
-- Ids begin with their time, and so do the acquirer's references, which begin with the payment's id:
-- the parts are ranges of them, and yet a key is unique in all parts. A table with rows becomes the
-- first part as it is: nothing is copied but callers' keys. Locks out everyone while each table is
-- read once.

-- A caller's key is unique whenever it was used, so it cannot live in a part.
CREATE TABLE payment_key (
    -- The first half of SHA-256('merchant/key').
    digest uuid CONSTRAINT payment_key_pkey PRIMARY KEY,
    payment_id uuid NOT NULL,
    -- Of the request that made it, to tell a repeat from another use of its key.
    request_hash bytea NOT NULL
);
INSERT INTO payment_key
SELECT encode(substring(sha256(convert_to(merchant_id || '/' || idempotency_key, 'UTF8')) FOR 16),
        'hex')::uuid, id, request_hash
FROM payment;
ALTER TABLE payment DROP COLUMN idempotency_key, DROP COLUMN request_hash;

-- References are compared as bytes, whatever the database's language is. Rebuilds one index.
ALTER TABLE acquirer_attempt ALTER COLUMN reference TYPE text COLLATE "C";

-- A quarter is one of UTC, whatever the server's own time is.
SET LOCAL TimeZone = 'UTC';

-- How a key of the table begins that was made at that moment.
CREATE FUNCTION pg_temp.first_key(kind text, moment timestamptz) RETURNS text LANGUAGE sql AS $$
    WITH at AS (SELECT (extract(epoch FROM moment) * 1000)::bigint AS ms)
    SELECT CASE kind
        WHEN 'uuid' THEN (lpad(to_hex(ms), 12, '0') || repeat('0', 20))::uuid::text
        -- The payment's id as text: of 26 characters in base 32 the first ten are the time.
        ELSE (SELECT 'pi_' || string_agg(
                substr('0123456789abcdefghjkmnpqrstvwxyz', (ms >> 5 * n & 31)::int + 1, 1), ''
                ORDER BY n DESC) || repeat('0', 16)
            FROM generate_series(0, 9) AS n)
    END FROM at
$$;

-- Makes the table anew, parted by its key, the old one its first part.
CREATE FUNCTION pg_temp.part(name text, columns text, kind text, room integer) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    before CONSTANT text := name || '_before';
    range CONSTANT text := 'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)'
        || format(' WITH (fillfactor = %s)', room);
    -- A row may be of a clock that is ahead.
    edge timestamptz := date_trunc('quarter', now() + interval '1 day');
    low text;
    high text;
    old_index name;
    has_rows boolean;
BEGIN
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, before);
    FOR old_index IN SELECT i.relname FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
        WHERE x.indrelid = before::regclass
    LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', old_index, 'before_' || old_index);
    END LOOP;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
        'CONSTRAINT %I PRIMARY KEY (%s)) PARTITION BY RANGE (%s)', name, before, name || '_pkey',
        columns, split_part(columns, ',', 1));
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', before) INTO has_rows;
    IF has_rows THEN
        edge := edge + interval '3 months';
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)',
            name, before, pg_temp.first_key(kind, edge));
    ELSE
        EXECUTE format('DROP TABLE %I', before);
        EXECUTE format(range, before, name, 'MINVALUE', quote_literal(pg_temp.first_key(kind, edge)));
    END IF;
    FOR quarter IN 1..4 LOOP
        low := quote_literal(pg_temp.first_key(kind, edge));
        high := quote_literal(pg_temp.first_key(kind, edge + interval '3 months'));
        EXECUTE format(range, name || to_char(edge, '_YYYY_"q"Q'), name, low, high);
        edge := edge + interval '3 months';
    END LOOP;
    EXECUTE format(range, name || '_later', name, high, 'MAXVALUE');
END $$;

SELECT pg_temp.part('payment', 'id', 'uuid', 40);
SELECT pg_temp.part('charge', 'id', 'uuid', 40);
SELECT pg_temp.part('payment_event', 'payment_id, sequence', 'uuid', 100);
SELECT pg_temp.part('refund_reservation', 'refund_id', 'uuid', 100);
SELECT pg_temp.part('acquirer_attempt', 'reference', 'text', 50);
SELECT pg_temp.part('operation_barrier', 'saga_id, step, operation', 'uuid', 60);
SELECT pg_temp.part('saga_fence', 'saga_id', 'uuid', 100);

-- As they were; those of the old tables become part of them.
CREATE INDEX payment_of_merchant ON payment (merchant_id, id DESC);
CREATE INDEX payment_capture_due ON payment (capture_before) WHERE capture_before IS NOT NULL;
CREATE INDEX payment_frozen ON payment (id DESC) WHERE frozen_reason IS NOT NULL;
CREATE INDEX payment_of_customer ON payment (customer_id, id DESC) WHERE customer_id <> '';
CREATE INDEX payment_of_metadata ON payment USING gin (metadata_values)
    WHERE metadata_keys <> '{}';
CREATE INDEX charge_of_payment ON charge (payment_id);
CREATE INDEX acquirer_attempt_subject ON acquirer_attempt (subject);

GRANT SELECT, INSERT ON payment_key, payment_event TO florin_payment;
GRANT SELECT, INSERT, UPDATE ON payment, charge, refund_reservation, acquirer_attempt,
    operation_barrier, saga_fence TO florin_payment;
