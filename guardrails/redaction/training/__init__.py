"""How the recognizer of names is trained: data, generator of Mexican notes, training run. Not used at run time."""
