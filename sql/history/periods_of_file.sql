-- The other periods of a subject whose newest run read a file of this SHA-256, the latest first.
SELECT period
FROM runs
WHERE subject = $subject AND period <> $period
QUALIFY row_number() OVER (PARTITION BY period ORDER BY started DESC, run_id DESC) = 1 AND contains(inputs, $sha256)
ORDER BY period DESC
