-- A purchase is an authorization and its capture in one: it has no parent, and it is settled.
ALTER TABLE effect
    DROP CONSTRAINT effect_kind_known,
    DROP CONSTRAINT effect_parent_of_kind,
    ADD CONSTRAINT effect_kind_known
        CHECK (kind IN ('authorize', 'purchase', 'capture', 'void', 'refund')),
    ADD CONSTRAINT effect_parent_of_kind
        CHECK ((parent_reference IS NULL) = (kind IN ('authorize', 'purchase')));

DROP INDEX effect_settled;
CREATE INDEX effect_settled ON effect (coalesce(decided_at, created_at), reference)
    WHERE kind IN ('capture', 'purchase', 'refund')
        AND (outcome = 'approved' OR (outcome = 'pending' AND code IS NULL));
DROP INDEX effect_settled_subject;
CREATE INDEX effect_settled_subject ON effect (split_part(reference, '/', 1))
    WHERE kind IN ('capture', 'purchase', 'refund')
        AND (outcome = 'approved' OR (outcome = 'pending' AND code IS NULL));
