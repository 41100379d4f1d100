-- Rises with each import that adds a rate, in its transaction: rates read at a version are those
-- that hold as long as it stands. One row; imports take turns at it.
CREATE TABLE rate_version (
    is_only boolean NOT NULL DEFAULT true CONSTRAINT rate_version_pkey PRIMARY KEY
        CONSTRAINT rate_version_is_one CHECK (is_only),
    version bigint NOT NULL CONSTRAINT rate_version_positive CHECK (version > 0)
);
INSERT INTO rate_version (version) VALUES (1);

GRANT SELECT, UPDATE ON rate_version TO florin_fx;
