-- The ledger, newest first; whole, but for the policy's text. A ledger of an earlier version has fewer columns.
SELECT * EXCLUDE (policy)
FROM runs
ORDER BY started DESC, run_id DESC
