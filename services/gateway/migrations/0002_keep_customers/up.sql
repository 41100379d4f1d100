-- Whom merchants sell to.
CREATE TABLE customer (
    id uuid NOT NULL CONSTRAINT customer_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    name text,
    email text,
    phone text,
    description text,
    metadata_keys text[] NOT NULL,
    metadata_values text[] NOT NULL,
    is_deleted boolean NOT NULL,
    created_at timestamptz NOT NULL
);
-- Ids begin with the time, so lists by id are newest first.
CREATE INDEX customer_of_account ON customer (account_id, livemode, id DESC) WHERE NOT is_deleted;

-- What they pay with: a token of the acquirer's, never a card's number.
CREATE TABLE payment_method (
    id uuid NOT NULL CONSTRAINT payment_method_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    livemode boolean NOT NULL,
    token text NOT NULL,
    customer_id uuid,
    -- Once a customer's was taken away from it, it is nobody's any more.
    is_detached boolean NOT NULL,
    metadata_keys text[] NOT NULL,
    metadata_values text[] NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX payment_method_of_account ON payment_method (account_id, livemode, id DESC);
CREATE INDEX payment_method_of_customer ON payment_method (customer_id, id DESC)
    WHERE customer_id IS NOT NULL;

-- Whose quote it is: the FX service's know no merchants.
CREATE TABLE fx_quote (
    id uuid NOT NULL CONSTRAINT fx_quote_pkey PRIMARY KEY,
    account_id uuid NOT NULL,
    livemode boolean NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON customer, payment_method TO florin_gateway;
GRANT SELECT, INSERT ON fx_quote TO florin_gateway;
