-- The newest run of each period of a subject, with every column that the ledger has by now.
SELECT *
FROM runs
WHERE subject = $subject
QUALIFY row_number() OVER (PARTITION BY period ORDER BY started DESC, run_id DESC) = 1
