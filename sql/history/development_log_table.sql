-- Every row that people filled in on development plans, as it was read: what was left empty is null. Rows are added and
-- never changed. period: of the run that read it; as_of: of the workbook it stood in. Made when it isn't there.
CREATE TABLE IF NOT EXISTS development_log (
    run_id VARCHAR,
    period VARCHAR,
    employee_id VARCHAR,
    action VARCHAR,
    opened VARCHAR,
    as_of VARCHAR,
    competency VARCHAR,
    kind VARCHAR,
    mentor_id VARCHAR,
    starts DATE,
    due_on DATE,
    status VARCHAR,
    done_on DATE,
    "result" VARCHAR,
    file VARCHAR,
    cell VARCHAR,
    read_at TIMESTAMP
)
