"""A BigCommerce store to try Counterfoil against."""
