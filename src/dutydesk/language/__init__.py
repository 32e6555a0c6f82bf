"""The languages of the program: catalogues of phrases, and sentences that can be read in each of them."""
