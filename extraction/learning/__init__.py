"""What decisions of people teach: examples, the memory of senders, and what is read with it."""
