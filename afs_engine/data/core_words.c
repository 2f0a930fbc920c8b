/* The compiled core, second part: hundreds of words looked for in one pass over a text.
 *
 * For stages/redaction/word_search.py, which says what the words are and has a way of its own where this
 * part is missing. What is found here is a place to look at, no finding: a place too many costs time, one
 * too few a secret. Texts are ASCII and end with a NUL that `size` does not count, as CPython's bytes do.
 */
#include <stdint.h>
#include <string.h>

typedef const uint8_t *Bytes;

enum { ANYWHERE, AT_WORD_START, AFTER_NO_WORD };
enum { NO_CLASS = 255, LONGEST_LOOK = 200, LONG_RUN = 12, LONGEST_QUOTED = 4096, LONGEST_BARE = 2048 };

typedef struct {
    uint32_t start, length; /* of its bytes among those of all words */
    uint32_t group, place; /* its place among those of its group */
    uint32_t least;   /* as many bytes of class `body` must follow, */
    uint32_t wrapped; /* or as many and then a line's end, where that is not 0; */
    uint8_t body, then; /* then one of class `then`, NO_CLASS for any */
    uint8_t lead, any_case;
    uint8_t longest_only; /* of its group at a place */
} Word;

/* `classes`: bit by bit which classes a byte is of. `anywhere` and `at_start`: by the first two bytes of a
 * word, where in `lists` its word numbers stand, longest word first, each list ended by -1; 0 for none. The
 * second is of words with a lead, which most places are passed over for at once. `opens`: bit by bit, by
 * three bytes, whether any word may begin with them (afs_open_words). Words of group `names` stand in
 * a name: a run of class `name`, found once however many words it holds. */
typedef struct {
    const Word *words;
    Bytes bytes;
    const uint64_t *classes;
    const uint8_t *opens;
    const uint16_t *anywhere, *at_start;
    const int16_t *lists;
    uint32_t names;
    uint8_t name, joins, opens_value, marks, bare, typed; /* classes, see is_joined and read_value */
} Words;

/* A place to look at, and for a name where its value stands, if that is plain to see, else 0. */
typedef struct {
    int32_t start, end, place, value, value_end;
} Hit;

static inline int is_of(const Words *words, uint8_t byte, uint8_t class) {
    return words->classes[byte & 127] >> class & 1;
}

/* Where the bit of three bytes stands in `opens`; those of two bytes lie together, so few of them are in use. */
static inline uint32_t place_of(uint8_t one, uint8_t two, uint8_t three) {
    return (uint32_t)(one & 127) << 14 | (uint32_t)(two & 127) << 7 | (three & 127);
}

static inline int is_alnum(uint8_t byte) {
    return (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

static inline int is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

static inline int is_space(uint8_t byte) {
    return is_blank(byte) || byte == '\n' || byte == '\r' || byte == '\f';
}

/* Whether nothing stands before that makes a word here a part of another; the ends of escapes do not. */
static inline int may_start(Bytes text, Bytes p) {
    int64_t before = p - text;
    return !before || !is_alnum(p[-1]) || p[-1] == 'm' || (before > 1 && p[-2] == '\\') ||
           (before > 2 && p[-3] == '%') || (before > 3 && p[-4] == '\\') || (before > 5 && p[-6] == '\\');
}

static int stands_at(const Words *words, const Word *word, Bytes p, Bytes end) {
    if ((uint64_t)(end - p) < word->length) return 0;
    Bytes expected = words->bytes + word->start;
    for (uint32_t place = 0; place < word->length; place++) {
        uint8_t byte = p[place];
        if (word->any_case && byte >= 'A' && byte <= 'Z') byte |= 32;
        if (byte != expected[place]) return 0;
    }
    return 1;
}

/* Whether what follows the word, from `p` on, is as its rules want it. */
static int is_followed(const Words *words, const Word *word, Bytes p, Bytes end) {
    uint32_t count = 0;
    for (; count < word->least || word->then != NO_CLASS; count++, p++) {
        if (count >= word->least && is_of(words, *p, word->then)) return 1;
        if (p >= end || word->body == NO_CLASS || !is_of(words, *p, word->body))
            return word->wrapped && count >= word->wrapped && (*p == '\n' || *p == '\r');
    }
    return 1;
}

/* Whether the words from `p` on may tell a value: something of class `marks` stands on the line. Where the
 * look ends before the line does, a long run or wide blanks may hide it. */
static int is_told(const Words *words, Bytes p, Bytes end) {
    int run = 0, is_wide = 0;
    for (Bytes last = end - p > LONGEST_LOOK ? p + LONGEST_LOOK : end; p < last; p++) {
        if (*p == '\n') return 0;
        if (is_of(words, *p, words->marks)) return 1;
        is_wide |= is_blank(*p) && is_blank(p[1]);
        run = is_blank(*p) ? 0 : run + 1;
    }
    return p < end && (is_wide || run >= LONG_RUN);
}

/* Whether something may be joined to the name that ends before `p`: all that LINK_PATTERN and, for a flag,
 * ARGUMENT_PATTERN (assigned_values.py) take, and more. Directly it is one of class `joins`. Behind blanks
 * it is one of class `opens_value`, a run of LONG_RUN, or a word and an equals sign or colon, or one that may be a
 * verb or tell what for, and then on the line something of class `marks`; plain prose has none of these. */
static int is_joined(const Words *words, Bytes p, Bytes end, int is_flag) {
    if (!is_space(*p)) return is_of(words, *p, words->joins);
    if (is_flag && is_blank(*p)) return 1;
    while (p < end && is_blank(*p)) p++;
    if (is_space(*p)) {
        while (p < end && is_space(*p)) p++;
        return (*p | 32) == 'v'; /* `value` */
    }
    if (is_of(words, *p, words->opens_value)) return 1;
    Bytes word = p, last = end - p > LONGEST_LOOK ? p + LONGEST_LOOK : end;
    while (p < last && !is_space(*p) && *p != '"' && *p != '\'') p++;
    if (p - word >= LONG_RUN) return 1;
    if (strchr("wiaetcfov", *word | 32)) /* was, is, are, equals, to, contains, for, of, value */
        return is_told(words, word, end);
    while (p < last && !is_blank(*p) && *p != ':' && *p != '=' && *p != '\n') p++;
    while (p < last && is_blank(*p)) p++;
    return *p == ':' || *p == '=';
}

/* Widens the word at `p` to the name it stands in; gives where that ends, in `start` where it begins. */
static Bytes read_name(const Words *words, Bytes text, Bytes p, Bytes end, Bytes *start, int *is_flag) {
    *start = p;
    while (*start > text && p - *start < LONGEST_LOOK && is_of(words, (*start)[-1], words->name)) --*start;
    while (p < end && is_of(words, *p, words->name)) p++;
    if (p - *start > LONGEST_LOOK) *start = p - LONGEST_LOOK;
    *is_flag = 0;
    for (Bytes q = *start; q < p; q++) *is_flag |= *q == '-';
    return p;
}

static int is_all_capitals(Bytes p, Bytes end) {
    int capitals = 0;
    for (; p < end; p++) {
        if (*p >= 'a' && *p <= 'z') return 0;
        capitals |= *p >= 'A' && *p <= 'Z';
    }
    return capitals;
}

/* The value between quotes that begins at `p`; 0 where it is not plain: escapes in it, no end, nothing. */
static int read_quoted(Bytes text, Bytes p, Bytes end, Hit *hit) {
    int escaped = *p == '\\';
    uint8_t quote = p[escaped];
    if ((quote != '"' && quote != '\'' && quote != '`') || p[escaped + 1] == quote) return 0;
    Bytes start = p += escaped + 1, last = end - p > LONGEST_QUOTED ? p + LONGEST_QUOTED : end;
    while (p < last && *p != '\n' && *p != '\\' && (escaped || *p != quote)) p++;
    if (p >= last || *p == '\n' || (escaped ? p[1] != quote : *p == '\\') || p == start) return 0;
    hit->value = (int32_t)(start - text);
    hit->value_end = (int32_t)(p - text);
    return 1;
}

/* Whether a type and an equals sign may follow a colon: `: str | None = `. */
static int may_be_typed(const Words *words, Bytes p, Bytes end) {
    while (p < end && is_of(words, *p, words->typed)) p++;
    return *p == '=';
}

/* Finds the value of the name in `hit` where it stands as plainly as most do: `name: value`, `"name": "value"`,
 * `name = value` and the like. It is then the one that read_value (assigned_values.py) would read, but for
 * what ends a sentence; that function reads all others. */
static void read_value(const Words *words, Bytes text, Bytes end, Hit *hit) {
    Bytes p = text + hit->end, name = text + hit->start;
    int is_quoted = name > text && (name[-1] == '"' || name[-1] == '\'');
    while (*p == '\\' && p - text < hit->end + 7) p++;
    if (*p == '"' || *p == '\'' || *p == '`') p++;
    else if (p > text + hit->end) return;
    if ((name > text && name[-1] == '<') || (is_quoted && is_blank(*p))) return; /* may be an element */
    while (is_blank(*p)) p++;
    uint8_t mark = *p;
    if ((mark != ':' && mark != '=') || p[1] == ':' || p[1] == '=' || p[1] == '>' || p[1] == '?') return;
    int is_shell = mark == '=' && p == text + hit->end && is_all_capitals(name, p);
    if (mark == ':' && may_be_typed(words, p + 1, end)) return;
    do p++;
    while (is_blank(*p));
    if (*p == '*' || read_quoted(text, p, end, hit)) return;
    Bytes start = p;
    while (p < end && is_of(words, *p, words->bare)) p++;
    int is_ended = p >= end || is_space(*p) ||
                   (!is_shell && (*p == ',' || *p == ';' || *p == ')' || *p == ']' || *p == '}' || *p == '|'));
    int first = *start | 32; /* of Bearer, Basic, Token or ApiKey */
    int may_be_scheme = is_blank(*p) && p - start >= 5 && p - start <= 6 && (first == 'b' || first == 't' || first == 'a');
    if (p == start || p - start >= LONGEST_BARE || !is_ended || may_be_scheme) return;
    hit->value = (int32_t)(start - text);
    hit->value_end = (int32_t)(p - text);
}

typedef struct {
    const Words *words;
    Bytes text, end, named; /* up to `named` names are told */
    Hit *found;
    int64_t *counts, room;
} Search;

/* Adds what the words of one list, all with the same first two bytes, find at `p`. */
static void find_at(Search *search, Bytes p, const int16_t *list, int is_after_word) {
    const Words *words = search->words;
    uint64_t seen = 0;
    for (; *list >= 0; list++) {
        const Word *word = words->words + *list;
        Bytes start = p, after = p + word->length;
        int is_name = word->group == words->names;
        if (!stands_at(words, word, p, search->end)) continue;
        if (word->longest_only && seen >> word->group & 1) continue;
        seen |= UINT64_C(1) << word->group;
        if (is_after_word && word->lead == AFTER_NO_WORD) continue;
        if (!is_followed(words, word, after, search->end)) continue;
        if (is_name) {
            int is_flag;
            if (p < search->named) continue;
            search->named = after = read_name(words, search->text, p, search->end, &start, &is_flag);
            if (!is_joined(words, after, search->end, is_flag)) continue;
        }
        int64_t count = search->counts[word->group]++;
        if (count >= search->room) continue;
        Hit *hit = search->found + word->group * search->room + count;
        *hit = (Hit){(int32_t)(start - search->text), (int32_t)(after - search->text), (int32_t)word->place, 0, 0};
        if (is_name) read_value(words, search->text, search->end, hit);
    }
}

/* Whether `byte` may stand so many bytes into a word and what must follow it. */
static int may_hold(const Words *words, const Word *word, uint32_t place, uint8_t byte) {
    if (place < word->length) {
        uint8_t folded = word->any_case && byte >= 'A' && byte <= 'Z' ? byte | 32 : byte;
        return folded == words->bytes[word->start + place];
    }
    uint32_t behind = place - word->length;
    int is_free = behind >= word->least || (word->wrapped && behind >= word->wrapped) || word->body == NO_CLASS;
    return is_free || is_of(words, byte, word->body);
}

/* Fills `opens`, of 2 ** 21 zero bits, for `count` words. */
void afs_open_words(const Words *words, int64_t count, uint8_t *opens) {
    for (const Word *word = words->words; word < words->words + count; word++)
        for (uint8_t one = 0; one < 128; one++)
            for (uint8_t two = 0; may_hold(words, word, 0, one) && two < 128; two++)
                for (uint8_t three = 0; may_hold(words, word, 1, two) && three < 128; three++) {
                    if (!may_hold(words, word, 2, three)) continue;
                    uint32_t bit = place_of(one, two, three);
                    opens[bit >> 3] |= (uint8_t)(1 << (bit & 7));
                }
}

/* Writes what is found of each group to `found` [groups, room] and how much to `counts`. A word of group
 * `names` is told as the name that it stands in. */
void afs_find_words(Bytes text, int64_t size, const Words *words, Hit *found, int64_t *counts, int64_t room) {
    Search search = {words, text, text + size, text, found, counts, room};
    for (Bytes p = text; p < search.end; p++) {
        uint32_t bit = place_of(p[0], p[1], p[1] ? p[2] : 0);
        if (!(words->opens[bit >> 3] >> (bit & 7) & 1)) continue;
        uint16_t pair = (uint16_t)((p[0] & 127) << 7 | (p[1] & 127));
        uint16_t anywhere = words->anywhere[pair], at_start = words->at_start[pair];
        if (anywhere) find_at(&search, p, words->lists + anywhere, 0);
        if (at_start && may_start(text, p)) {
            int is_after_word = p > text && (is_alnum(p[-1]) || p[-1] == '_');
            find_at(&search, p, words->lists + at_start, is_after_word);
        }
    }
}
