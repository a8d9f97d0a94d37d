"""What was promised: plans, targets, activities, budget and their progress."""
