-- A row changes soon after it was written: on a page with room no index is touched. Holds for pages
-- filled from now on; locks out only other changes of the tables' definitions.
ALTER TABLE refund SET (fillfactor = 50);
ALTER TABLE acquirer_attempt SET (fillfactor = 50);
ALTER TABLE operation_barrier SET (fillfactor = 60);
