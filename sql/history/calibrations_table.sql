-- Every decision of a calibration, in the order they were read. Rows are added and never changed. Made when it isn't there.
CREATE TABLE IF NOT EXISTS calibrations (
    run_id VARCHAR,
    period VARCHAR,
    employee_id VARCHAR,
    system_cell VARCHAR,
    decided_cell VARCHAR,
    reason VARCHAR,
    decided_by VARCHAR,
    evidence VARCHAR,
    file VARCHAR,
    cell VARCHAR,
    read_at TIMESTAMP
)
