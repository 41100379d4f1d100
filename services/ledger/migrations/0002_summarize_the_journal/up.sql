-- The journal's index of page ranges knows a range only once it was summarized; until then each
-- question reads it. PostgreSQL does that when it vacuums, which a table that is only added to may
-- wait for long. So the service asks for it, by the one function that may do it in its owner's name.
CREATE FUNCTION summarize_journal() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT coalesce(sum(brin_summarize_new_values(leaf.relid)), 0)::bigint
    FROM pg_partition_tree('public.journal_at_us'::regclass) AS leaf WHERE leaf.isleaf
$$;
REVOKE ALL ON FUNCTION summarize_journal() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION summarize_journal() TO florin_ledger;
