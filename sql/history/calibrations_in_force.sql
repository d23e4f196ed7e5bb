-- The latest decision on each employee of a period.
SELECT employee_id, decided_cell, reason, decided_by, evidence, file, cell, read_at
FROM calibrations
WHERE period = $period
QUALIFY row_number() OVER (PARTITION BY employee_id ORDER BY read_at DESC, run_id DESC) = 1
ORDER BY employee_id
