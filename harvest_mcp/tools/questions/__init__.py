"""What questions and answers of writes say."""
