-- Money moved by hand is asked for and approved as a stop is, and concerns no saga. The table is
-- small: it is read once, under a lock that lets nobody write.
ALTER TABLE operator_request ALTER COLUMN saga_id DROP NOT NULL;
-- Adjustment of operator.proto.
ALTER TABLE operator_request ADD COLUMN adjustment bytea;
ALTER TABLE operator_request DROP CONSTRAINT operator_request_action_known;
ALTER TABLE operator_request ADD CONSTRAINT operator_request_action_known
    CHECK (action IN (5, 6, 8));
ALTER TABLE operator_request ADD CONSTRAINT operator_request_has_a_subject
    CHECK ((saga_id IS NULL) = (action = 8) AND (adjustment IS NOT NULL) = (action = 8));
-- Whether what was approved has been carried out.
CREATE INDEX operator_log_of_request ON operator_log (request_id, number)
    WHERE request_id IS NOT NULL;
