-- Changes of services that the gateway could not read, such as those of a service that is newer. They
-- hold up no others, and are read again when a gateway starts to fetch.
CREATE TABLE event_unreadable (
    source text NOT NULL,
    -- The batch's, as the service gave it.
    id bytea NOT NULL,
    changes bytea NOT NULL,
    problem text NOT NULL,
    set_aside_at timestamptz NOT NULL,
    CONSTRAINT event_unreadable_pkey PRIMARY KEY (source, id)
);

GRANT SELECT, INSERT, DELETE ON event_unreadable TO florin_gateway;
