-- A purchase takes the money at once: like an authorization it names a payment method, and no
-- operation before it. Adding the constraints reads the table once, while others wait.
ALTER TABLE acquirer_attempt
    DROP CONSTRAINT acquirer_attempt_kind_known,
    DROP CONSTRAINT acquirer_attempt_parent_of_kind,
    DROP CONSTRAINT acquirer_attempt_method_of_kind,
    ADD CONSTRAINT acquirer_attempt_kind_known
        CHECK (kind IN ('authorize', 'purchase', 'capture', 'void', 'refund')),
    ADD CONSTRAINT acquirer_attempt_parent_of_kind
        CHECK ((parent_reference IS NULL) = (kind IN ('authorize', 'purchase'))),
    ADD CONSTRAINT acquirer_attempt_method_or_parent
        CHECK ((payment_method IS NULL) = (parent_reference IS NOT NULL));
