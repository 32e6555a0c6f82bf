"""Frequent words of the four languages, folded; entries of the word lists are found by another word if they can be."""

COMMON_WORDS = frozenset(
    {
        "a", "an", "and", "any", "are", "as", "at", "be", "been", "being", "by", "do", "did", "does", "for", "from",
        "had", "has", "have", "he", "her", "him", "his", "in", "into", "is", "it", "its", "not", "no", "of", "on",
        "or", "out", "she", "that", "the", "their", "them", "to", "under", "use", "used", "was", "were", "while",
        "who", "with", "without", "only", "person", "persons", "two", "three", "after", "during", "before",
        "through", "against", "au", "aux", "avec", "d", "dans", "de", "des", "du", "elle", "en", "est", "et",
        "etait", "il", "l", "la", "le", "les", "leur", "leurs", "n", "ne", "non", "ont", "ou", "par", "pas", "pour",
        "qui", "qu", "s", "sa", "sans", "se", "ses", "son", "sur", "un", "une", "fait", "al", "bajo", "como", "con",
        "contra", "del", "e", "el", "era", "es", "fue", "ha", "han", "lo", "los", "las", "ni", "o", "para", "por",
        "que", "sin", "su", "sus", "una", "y", "accused", "suspect", "mr", "contre", "apres", "tras", "durante",
        "في", "من", "علي", "عن", "مع", "الي", "لا", "لم", "لن", "عدم", "دون", "بدون", "بلا", "بغير", "غير", "ليس",
        "كان", "كانت", "قانون", "قضيه", "حكم", "حق",
    }
)  # fmt: skip
