"""What a support bundle is made of."""
