-- The periods that are stored for a subject, newest run first.
SELECT run_id, period, lang, started, policy, policy_source, policy_digest
FROM runs
WHERE subject = $subject
QUALIFY row_number() OVER (PARTITION BY period ORDER BY started DESC, run_id DESC) = 1
ORDER BY period DESC
