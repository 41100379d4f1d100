-- Approved captures and refunds, in the order of their settlement. A refund that was pending and
-- carries no code is settled at its end; until then the reader's bound leaves it out.
CREATE INDEX effect_settled ON effect (coalesce(decided_at, created_at), reference)
    WHERE kind IN ('capture', 'refund')
        AND (outcome = 'approved' OR (outcome = 'pending' AND code IS NULL));
-- The same by the payment that the reference begins with.
CREATE INDEX effect_settled_subject ON effect (split_part(reference, '/', 1))
    WHERE kind IN ('capture', 'refund')
        AND (outcome = 'approved' OR (outcome = 'pending' AND code IS NULL));
