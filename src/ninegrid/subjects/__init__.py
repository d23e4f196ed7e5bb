"""What is graded: customers and employees, each declared in one place."""
