"""The documents' generated blocks, and the tests of the documents."""
