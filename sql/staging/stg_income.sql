-- What the bank earned from each customer, a row a fiscal year; always a whole one. A year without a figure is none.
SELECT
    customers.position,
    income_history.fiscal_year,
    12.0 AS months,
    income_history.total_income
FROM income_history
INNER JOIN customers ON customers.customer_id = income_history.customer_id
WHERE income_history.total_income IS NOT NULL
