-- The ledger, newest first.
SELECT run_id, subject, period, started, seconds, program_version, policy_source, policy_digest, inputs, counts, outputs
FROM runs
ORDER BY started DESC, run_id DESC
