-- A saga is written a few times within a second: on a page with room no index is touched. Holds for
-- pages filled from now on; locks out only other changes of the table's definition.
ALTER TABLE sagas SET (fillfactor = 40);
