"""Pure values of questions and answers: windows, sentences, keywords, settings. No Django."""
