"""What a model sees: tools, their arguments and answers, questions to a person, prompts."""
