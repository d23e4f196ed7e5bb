-- Every row that people filled in on actions, as it was read: what was left empty is null. Rows are added and never changed.
-- period: of the run that read it; as_of: of the workbook it stood in. Made when it isn't there.
CREATE TABLE IF NOT EXISTS action_log (
    run_id VARCHAR,
    period VARCHAR,
    customer_id VARCHAR,
    matter VARCHAR,
    campaign_id VARCHAR,
    opened VARCHAR,
    as_of VARCHAR,
    owner VARCHAR,
    status VARCHAR,
    promised DOUBLE,
    due_on DATE,
    done_on DATE,
    note VARCHAR,
    decided_by VARCHAR,
    file VARCHAR,
    cell VARCHAR,
    read_at TIMESTAMP
)
