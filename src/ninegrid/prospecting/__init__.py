"""New customers 拓展新客户: prospects held against the customers that are like them."""
