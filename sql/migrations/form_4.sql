-- action_log: what people said of actions; see sql/history/action_log_table.sql.
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
