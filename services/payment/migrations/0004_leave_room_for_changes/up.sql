-- A payment is written five times within a second. With room left on its page the new version stays
-- there and no index is touched, in place of every index each time. Holds for pages filled from now
-- on; locks out only other changes of the tables' definitions.
ALTER TABLE payment SET (fillfactor = 40);
ALTER TABLE charge SET (fillfactor = 40);
ALTER TABLE acquirer_attempt SET (fillfactor = 50);
ALTER TABLE operation_barrier SET (fillfactor = 60);
