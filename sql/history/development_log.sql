-- All that was said of development plans, oldest first.
SELECT *
FROM development_log
ORDER BY read_at, run_id, employee_id, action
