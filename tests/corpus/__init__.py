"""A labelled corpus of made-up keys, and what scanners find of it."""

from tests.corpus.corpus import make_corpus
from tests.corpus.labels import Corpus, Harmless, Key

__all__ = ["Corpus", "Harmless", "Key", "make_corpus"]
