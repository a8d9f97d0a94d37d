"""What is made: products, their classification and photos."""
