-- A quote is locked and consumed soon after it was made: on a page with room no index but the one
-- by saga is touched. Holds for pages filled from now on; locks out only other changes of the
-- table's definition.
ALTER TABLE quote SET (fillfactor = 60);
