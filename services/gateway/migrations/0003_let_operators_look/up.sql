-- Links into the console: each opens it once. Of links and sessions the SHA-256 is kept.
CREATE TABLE console_login (
    token_hash bytea NOT NULL CONSTRAINT console_login_pkey PRIMARY KEY,
    -- Serial number of the operator's certificate.
    operator text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE console_session (
    token_hash bytea NOT NULL CONSTRAINT console_session_pkey PRIMARY KEY,
    operator text NOT NULL,
    expires_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, DELETE ON console_login, console_session TO florin_gateway;
