-- The statements of each customer. One that doesn't say how many months it is of is of a whole year.
SELECT
    customers.position,
    statements.fiscal_year,
    coalesce(statements.months, 12) AS months,
    statements.consolidated,
    statements.operating_revenue,
    statements.net_profit,
    statements.cash,
    statements.interest_bearing_debt,
    statements.total_assets
FROM statements
INNER JOIN customers ON customers.customer_id = statements.customer_id
