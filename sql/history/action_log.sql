-- All that was said of actions, oldest first.
SELECT *
FROM action_log
ORDER BY read_at, run_id, customer_id, matter
