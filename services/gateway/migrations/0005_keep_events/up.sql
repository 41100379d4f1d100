-- How many events each account has had in each mode. Whoever writes events holds the row until it
-- has committed, so the numbers come into sight in their order and without gaps.
CREATE TABLE event_counter (
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT event_counter_pkey PRIMARY KEY (account_id, livemode)
) WITH (fillfactor = 50);

-- What happened, as merchants are told of it.
CREATE TABLE event (
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    sequence bigint NOT NULL,
    -- Begins with the time. The same change gives the same id, so it is never written twice.
    id uuid NOT NULL CONSTRAINT event_id UNIQUE,
    type text NOT NULL,
    created_at timestamptz NOT NULL,
    -- The object as it then stood: JSON.
    object bytea NOT NULL,
    -- How many endpoints are told of it.
    endpoints integer NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (account_id, livemode, sequence)
);

-- Which gateway fetches a service's changes. The epoch rises with every new one: what an earlier
-- one still writes is refused.
CREATE TABLE event_relay (
    source text NOT NULL CONSTRAINT event_relay_pkey PRIMARY KEY,
    epoch bigint NOT NULL,
    held_until timestamptz NOT NULL
);

-- Where merchants want to be told of events.
CREATE TABLE webhook_endpoint (
    id uuid NOT NULL CONSTRAINT webhook_endpoint_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    url text NOT NULL,
    enabled_events text[] NOT NULL,
    description text,
    metadata_keys text[] NOT NULL,
    metadata_values text[] NOT NULL,
    state text NOT NULL CONSTRAINT webhook_endpoint_state_known
        CHECK (state IN ('enabled', 'disabled', 'deleted')),
    -- Which secret signs: derived from the account's, so that none is kept.
    secret_generation integer NOT NULL,
    -- Until when the one before signs too.
    previous_secret_until timestamptz,
    -- The request that made it, whose repeats make no other.
    secret_rolled_by uuid,
    -- Deliveries that failed since one succeeded, and until when it is left alone for that.
    failures integer NOT NULL,
    blocked_until timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX webhook_endpoint_of_account ON webhook_endpoint (account_id, livemode, id DESC)
    WHERE state <> 'deleted';

-- One event for one endpoint.
CREATE TABLE webhook_delivery (
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    sequence bigint NOT NULL,
    endpoint_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT webhook_delivery_state_known
        CHECK (state IN ('pending', 'delivered', 'dead')),
    -- How often it was tried; of those that were sent again, since then.
    attempts integer NOT NULL,
    -- When it is to be tried. While an attempt is under way: when that counts as lost.
    due_at timestamptz NOT NULL,
    -- From when on the time is counted after which it is given up.
    begun_at timestamptz NOT NULL,
    -- How the last attempt ended: the status and the beginning of the answer, or why there is none.
    attempted_at timestamptz,
    status integer,
    response bytea,
    problem text,
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (account_id, livemode, sequence, endpoint_id)
) WITH (fillfactor = 50);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, due_at)
    WHERE state = 'pending';
CREATE INDEX webhook_delivery_dead ON webhook_delivery (endpoint_id, sequence)
    WHERE state = 'dead';

GRANT SELECT, INSERT, UPDATE ON event_counter, event_relay, webhook_endpoint TO florin_gateway;
GRANT SELECT, INSERT, DELETE ON event TO florin_gateway;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO florin_gateway;
