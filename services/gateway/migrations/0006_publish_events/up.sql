-- How far each account's events have been published to a broker. Without a broker it stays empty.
CREATE TABLE event_publication (
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    -- The number of the last event that the broker has acknowledged.
    published bigint NOT NULL,
    -- Who has waited longest is next.
    tried_at timestamptz NOT NULL,
    CONSTRAINT event_publication_pkey PRIMARY KEY (account_id, livemode)
) WITH (fillfactor = 50);

GRANT SELECT, INSERT, UPDATE ON event_publication TO florin_gateway;
