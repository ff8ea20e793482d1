"""Reading conversations, answers and citations: one's own, and of these what may still be seen."""
