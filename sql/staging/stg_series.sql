-- Every yearly series of a customer in one long relation: what the bank earned, and the customer's own revenue and profit.
SELECT customer_id, 'income' AS series, fiscal_year, 12 AS months, total_income AS value FROM income_history
UNION ALL
SELECT customer_id, 'revenue', fiscal_year, months, operating_revenue FROM stg_statements
UNION ALL
SELECT customer_id, 'profit', fiscal_year, months, net_profit FROM stg_statements
