"""Who makes: the organisations (chủ thể) that take part in the programme."""
