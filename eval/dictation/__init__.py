"""Word error rate of the dictation on our own clinical sentences, spoken by a synthesiser."""
