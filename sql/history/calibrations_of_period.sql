-- Every decision on employees of a period, oldest first.
SELECT employee_id, system_cell, decided_cell, reason, decided_by, evidence, file, cell, read_at
FROM calibrations
WHERE period = $period
ORDER BY read_at, run_id, employee_id
