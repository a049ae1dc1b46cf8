"""What is measured on a picture, one kind per module; integers leave, arrays stay inside."""
