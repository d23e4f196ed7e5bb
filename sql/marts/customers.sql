-- One row a customer: its own row, its group, its latest statement, and its three series, each over the window.
WITH latest_statement AS (
    SELECT *
    FROM stg_statements
    QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY fiscal_year DESC) = 1
)

SELECT
    customers.* EXCLUDE (group_id, group_name),
    stg_membership.group_id,
    stg_membership.group_name,
    latest_statement.fiscal_year AS statement_year,
    latest_statement.months AS statement_months,
    latest_statement.operating_revenue,
    latest_statement.net_profit,
    latest_statement.cash,
    latest_statement.interest_bearing_debt,
    latest_statement.total_assets,
    COLUMNS(income.* EXCLUDE (customer_id, series)) AS "income_\0",
    COLUMNS(revenue.* EXCLUDE (customer_id, series)) AS "revenue_\0",
    COLUMNS(profit.* EXCLUDE (customer_id, series)) AS "profit_\0"
FROM customers
LEFT JOIN stg_membership ON stg_membership.customer_id = customers.customer_id
LEFT JOIN latest_statement ON latest_statement.customer_id = customers.customer_id
LEFT JOIN windows AS income ON income.customer_id = customers.customer_id AND income.series = 'income'
LEFT JOIN windows AS revenue ON revenue.customer_id = customers.customer_id AND revenue.series = 'revenue'
LEFT JOIN windows AS profit ON profit.customer_id = customers.customer_id AND profit.series = 'profit'
ORDER BY customers._source, customers._row
