/* The compiled core: the loops over every byte of a row, for which Python has faster ways only in C.
 *
 * Optional. Each function does what a Python module does, named beside it, byte for byte; where a block
 * holds anything unusual it returns 0 and that module looks at the block. Nothing is allocated here, no
 * state is kept, no file is opened. Callers give arrays of the sizes stated; `text` ends with LF, which no
 * JSON string and no token holds, so that a look ahead always meets it in time.
 */
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the eight-byte searches are written for little-endian processors"
#endif

typedef const uint8_t *Bytes;

const char *afs_core_source(void) { return AFS_CORE_SOURCE; }

/* ---- JSON strings ------------------------------------------------------------------------------ */

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* The high bit of the first byte that a string does not simply hold: a quote, a backslash, below 0x20,
 * above 0x7F; 0 where there is none among these eight. Bits above the lowest may be wrong. */
static inline uint64_t find_special(Bytes p) {
    uint64_t word;
    memcpy(&word, p, 8);
    uint64_t quote = word ^ EACH_BYTE('"'), backslash = word ^ EACH_BYTE('\\');
    return (word | (word - EACH_BYTE(0x20)) | (quote - EACH_BYTE(1)) | (backslash - EACH_BYTE(1))) &
           EACH_BYTE(0x80);
}

/* The first such byte at or after `p`; `end` is past the LF that ends the text. */
static inline Bytes skip_plain(Bytes p, Bytes end) {
    while (end - p >= 8) {
        uint64_t special = find_special(p);
        if (special) return p + (__builtin_ctzll(special) >> 3);
        p += 8;
    }
    while (*p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\') p++;
    return p;
}

static inline int is_continuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

/* The length of the UTF-8 sequence at `p`, 0 where it is none (overlong, a surrogate, past U+10FFFF). */
static int utf8_length(Bytes p) {
    uint8_t first = p[0];
    if (first < 0xC2 || first > 0xF4 || !is_continuation(p[1])) return 0;
    if (first < 0xE0) return 2;
    if ((first == 0xE0 && p[1] < 0xA0) || (first == 0xED && p[1] > 0x9F) || !is_continuation(p[2])) return 0;
    if (first < 0xF0) return 3;
    if ((first == 0xF0 && p[1] < 0x90) || (first == 0xF4 && p[1] > 0x8F) || !is_continuation(p[3])) return 0;
    return 4;
}

static int hex_digit(uint8_t byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The number that four hex digits write, -1 where they are none. */
static int32_t hex4(Bytes p) {
    int32_t value = 0;
    for (int place = 0; place < 4; place++) {
        int digit = hex_digit(p[place]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* The character of the `\u` escape at `p` and, in `length`, the bytes it takes; -1 for half a character. */
static int32_t read_u_escape(Bytes p, int *length) {
    int32_t high = hex4(p + 2);
    *length = 6;
    if (high < 0xD800 || high > 0xDFFF) return high;
    if (high > 0xDBFF || p[6] != '\\' || p[7] != 'u') return -1;
    int32_t low = hex4(p + 8);
    *length = 12;
    return low < 0xDC00 || low > 0xDFFF ? -1 : 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/* What the escape `\x` stands for, 0 for none. */
static uint8_t plain_escape(uint8_t letter) {
    switch (letter) {
    case 'n': return '\n';
    case '"': return '"';
    case '\\': return '\\';
    case 't': return '\t';
    case '/': return '/';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    default: return 0;
    }
}

typedef struct {
    Bytes start, end; /* between the quotes */
    int64_t chars;
} Text;

/* Reads the string that begins at `p`, after its quote; 0 where it is not sound. */
static int scan_text(Bytes p, Bytes end, Text *text) {
    int64_t more_bytes = 0; /* than characters */
    int length;
    text->start = p;
    for (;;) {
        p = skip_plain(p, end);
        if (*p == '"') {
            text->end = p;
            text->chars = p - text->start - more_bytes;
            return 1;
        }
        if (*p == '\\') {
            if (p[1] != 'u') {
                length = plain_escape(p[1]) ? 2 : 0;
            } else if (read_u_escape(p, &length) < 0) {
                length = 0;
            }
        } else {
            length = utf8_length(p); /* 0 for a control character */
        }
        if (!length) return 0;
        more_bytes += length - 1;
        p += length;
    }
}

static uint8_t *write_utf8(uint8_t *out, int32_t character) {
    if (character < 0x80) {
        *out++ = (uint8_t)character;
    } else if (character < 0x800) {
        *out++ = (uint8_t)(0xC0 | character >> 6);
        *out++ = (uint8_t)(0x80 | (character & 0x3F));
    } else {
        if (character < 0x10000) {
            *out++ = (uint8_t)(0xE0 | character >> 12);
        } else {
            *out++ = (uint8_t)(0xF0 | character >> 18);
            *out++ = (uint8_t)(0x80 | (character >> 12 & 0x3F));
        }
        *out++ = (uint8_t)(0x80 | (character >> 6 & 0x3F));
        *out++ = (uint8_t)(0x80 | (character & 0x3F));
    }
    return out;
}

/* Writes a scanned text without its escapes; returns the place after it. */
static uint8_t *write_text(uint8_t *out, const Text *text) {
    Bytes p = text->start;
    while (p < text->end) {
        Bytes escape = memchr(p, '\\', (size_t)(text->end - p));
        size_t plain = (size_t)((escape ? escape : text->end) - p);
        memcpy(out, p, plain);
        out += plain;
        p += plain;
        if (escape && p[1] == 'u') {
            int length;
            int32_t character = read_u_escape(p, &length);
            out = write_utf8(out, character);
            p += length;
        } else if (escape) {
            *out++ = plain_escape(p[1]);
            p += 2;
        }
    }
    return out;
}

static uint8_t *write_number(uint8_t *out, int64_t number) {
    uint8_t digits[20];
    int count = 0;
    do {
        digits[count++] = (uint8_t)('0' + number % 10);
    } while (number /= 10);
    while (count) *out++ = digits[--count];
    return out;
}

/* ---- Rows of known texts: text_rows.py --------------------------------------------------------- */

enum { INSTRUCTION, OUTPUT, INPUT, THINKING, DOMAIN, SOURCE, SAMPLE_ID, GROUP, FIELDS };
static const char *const NAMES[FIELDS] = {
    "instruction\"", "output\"", "input\"", "thinking\"", "domain\"", "source\"", "sample_id\"", "group\"",
};

static inline Bytes skip_space(Bytes p) {
    while (*p == ' ' || *p == '\t' || *p == '\r') p++;
    return p;
}

static inline int is_key(Bytes p, Bytes end, const char *name) {
    size_t length = strlen(name);
    return *p == (uint8_t)*name && (size_t)(end - p) > length && !memcmp(p, name, length);
}

/* The field whose name and closing quote stand at `p`, -1 for any other key. */
static int find_field(Bytes p, Bytes end) {
    for (int field = 0; field < FIELDS; field++)
        if (is_key(p, end, NAMES[field])) return field;
    return -1;
}

/* Whether the text surely holds more than white space: a visible ASCII character that is not escaped. */
static int is_visible(const Text *text) {
    Bytes p = text->start;
    while (p < text->end && *p != '\\' && (*p <= 0x20 || *p >= 0x7F)) p++;
    while (p < text->end && *p == '\\' && p[1] != 'u') p += 2; /* as "\n\n  x" */
    while (p < text->end && *p == 0x20) p++;
    return p < text->end && *p > 0x20 && *p < 0x7F && *p != '\\';
}

/* The texts of one line, by field; the mask of those it has, 0 where it is not a plain row. */
static unsigned read_line(Bytes p, Bytes end, Text *texts) {
    unsigned seen = 0;
    if (*p++ != '{') return 0;
    do {
        p = skip_space(p);
        if (*p++ != '"') return 0;
        int field = find_field(p, end);
        if (field < 0 || seen & 1u << field) return 0;
        p = skip_space(p + strlen(NAMES[field]));
        if (*p++ != ':') return 0;
        p = skip_space(p);
        if (*p++ != '"' || !scan_text(p, end, &texts[field])) return 0;
        seen |= 1u << field;
        p = skip_space(texts[field].end + 1);
    } while (*p++ == ',');
    if (p[-1] != '}' || p + 1 != end) return 0;
    if (!(seen & 1u << INSTRUCTION) || !(seen & 1u << OUTPUT)) return 0;
    return is_visible(&texts[INSTRUCTION]) && is_visible(&texts[OUTPUT]) ? seen : 0;
}

/* Reads `rows` lines, each ending before `ends`; 1 where all are plain rows.
 *
 * spans [rows, FIELDS, 2]: where each text begins and ends in `text`, 0 and 0 for none.
 * content: what the content ids are made of, row after row, up to `content_ends` (sample.py); its size is
 * at most that of the text plus 64 a row. outputs [rows, 2]: the answers within it. */
int32_t afs_read_rows(Bytes text, const int64_t *ends, int64_t rows, int64_t *spans, uint8_t *content,
                      int64_t *content_ends, int64_t *outputs, uint32_t *output_chars) {
    static const int content_fields[] = {INSTRUCTION, INPUT, OUTPUT, THINKING};
    uint8_t *out = content;
    Bytes p = text;
    for (int64_t row = 0; row < rows; row++, spans += 2 * FIELDS) {
        Text texts[FIELDS];
        memset(texts, 0, sizeof texts);
        unsigned seen = read_line(p, text + ends[row], texts);
        if (!seen) return 0;
        for (int field = 0; field < FIELDS; field++) {
            spans[2 * field] = seen & 1u << field ? texts[field].start - text : 0;
            spans[2 * field + 1] = seen & 1u << field ? texts[field].end - text : 0;
        }
        out = write_number(out, texts[INSTRUCTION].chars);
        *out++ = ',';
        out = write_number(out, texts[INPUT].chars);
        *out++ = ',';
        out = write_number(out, texts[OUTPUT].chars);
        *out++ = ';';
        for (int place = 0; place < 4; place++) {
            int field = content_fields[place];
            if (field == OUTPUT) outputs[2 * row] = out - content;
            out = write_text(out, &texts[field]);
            if (field == OUTPUT) outputs[2 * row + 1] = out - content;
        }
        output_chars[row] = (uint32_t)texts[OUTPUT].chars;
        content_ends[row] = out - content;
        p = text + ends[row];
    }
    return 1;
}

/* ---- Addresses in answers: stages/scoring/addresses.py, prices.py, memory_map.py --------------- */

typedef struct {
    const uint8_t *known_short, *known_long; /* [0x10000] and [0x1000000], 1 where documented */
    int64_t cartridge_judged;
    const uint64_t *after, *before; /* pairs of up to eight bytes, the first lowest, and their mask */
    int64_t afters, befores;
} AddressTables;

enum { SHORT_DIGITS = 4, LONG_DIGITS = 6, LIST_REACH_BYTES = 9 };

typedef struct {
    Bytes text;
    int64_t length;
} Answer;

static inline uint8_t at(const Answer *answer, int64_t place) {
    return place < 0 || place >= answer->length ? 0 : answer->text[place];
}

static inline uint8_t lower_at(const Answer *answer, int64_t place) {
    uint8_t byte = at(answer, place);
    return byte >= 0x80 ? '?' : byte >= 'A' && byte <= 'Z' ? byte + 32 : byte;
}

static inline int is_word(uint8_t byte) {
    return (byte >= '0' && byte <= '9') || byte == '_' || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
}

static int has_prefix(const Answer *answer, int64_t place, int step, const uint64_t *words, int64_t count) {
    uint64_t window = 0;
    for (int byte = 0; byte < 8; byte++)
        window |= (uint64_t)lower_at(answer, place + byte * step) << 8 * byte;
    for (int64_t word = 0; word < count; word++)
        if ((window & words[2 * word + 1]) == words[2 * word]) return 1;
    return 0;
}

/* Whether the decimal number from its `$` up to `end` is a price. */
static int is_price(const Answer *answer, int64_t dollar, int64_t end, const AddressTables *tables) {
    uint8_t cent = at(answer, end + 1);
    if (at(answer, dollar + 1) == '0') return 0;
    return (at(answer, end) == '.' && cent >= '0' && cent <= '9') ||
           has_prefix(answer, end, 1, tables->after, tables->afters) ||
           has_prefix(answer, dollar - 1, -1, tables->before, tables->befores);
}

/* Whether `db`, `dw` or `dd` and one more byte stand before the `$`. */
static int follows_directive(const Answer *answer, int64_t dollar) {
    uint8_t size = at(answer, dollar - 2) | 32;
    return (size == 'b' || size == 'w' || size == 'd') && (at(answer, dollar - 3) | 32) == 'd' &&
           !is_word(at(answer, dollar - 4));
}

/* Adds what is written after a `$` to the counts, where it is an address. */
static void count_address(const Answer *answer, int64_t dollar, const AddressTables *tables, uint32_t *known,
                          uint32_t *judged) {
    int32_t value = 0;
    int digits = 0, all_decimal = 1;
    for (int digit; digits <= LONG_DIGITS && (digit = hex_digit(at(answer, dollar + 1 + digits))) >= 0; digits++) {
        all_decimal &= digit < 10;
        value = value << 4 | digit;
    }
    int64_t end = dollar + 1 + digits;
    if (digits < SHORT_DIGITS || digits > LONG_DIGITS || is_word(at(answer, end))) return;
    if (all_decimal && is_price(answer, dollar, end, tables)) return;
    int bank = value >> 16, place = value & 0xFFFF;
    int is_known = digits == SHORT_DIGITS ? tables->known_short[place] : tables->known_long[value];
    *known += (uint32_t)is_known;
    *judged += is_known || tables->cartridge_judged || (!(bank & 0x40) && place < 0x8000) || bank == 0x7E ||
               bank == 0x7F;
}

/* Known and judged addresses in each answer: spans [rows, 2] in `data`. */
void afs_count_addresses(Bytes data, const int64_t *spans, int64_t rows, const AddressTables *tables,
                         uint32_t *known, uint32_t *judged) {
    for (int64_t row = 0; row < rows; row++) {
        Answer answer = {data + spans[2 * row], spans[2 * row + 1] - spans[2 * row]};
        int64_t last = -LIST_REACH_BYTES, is_data_list = 0;
        known[row] = judged[row] = 0;
        Bytes end = answer.text + answer.length, p = answer.text;
        for (; p < end && (p = memchr(p, '$', (size_t)(end - p))); p++) {
            int64_t dollar = p - answer.text;
            uint8_t before = at(&answer, dollar - 1);
            int is_spaced = before == ' ' || before == '\t';
            int64_t comma = dollar - 1 - is_spaced;
            int follows_comma = at(&answer, comma) == ',' && at(&answer, comma - 1);
            if (!follows_comma || dollar - last > LIST_REACH_BYTES) /* the first of a list decides for it */
                is_data_list = is_spaced && follows_directive(&answer, dollar);
            last = dollar;
            if (!is_data_list && before != '#' && !is_word(before))
                count_address(&answer, dollar, tables, known + row, judged + row);
        }
    }
}

/* ---- Lines put together: finished_line.py, stages/formats -------------------------------------- */

/* The closing quote of the valid string after `p`, `end` where there is none. */
static Bytes skip_text(Bytes p, Bytes end) {
    while ((p = skip_plain(p, end)) < end && *p != '"') p += *p == '\\' ? 2 : 1;
    return p;
}

/* Where an instruction and an output stand, quotes included, in lines that are each a valid JSON object:
 * texts [rows, 2, 2]. 0 where a line has an input, a history, or a key written with escapes. */
int32_t afs_find_exchanges(Bytes text, const int64_t *ends, int64_t rows, int64_t *texts) {
    Bytes p = text;
    for (int64_t row = 0; row < rows; row++, texts += 4) {
        Bytes end = text + ends[row], key = 0;
        int64_t depth = 0;
        memset(texts, 0, 4 * sizeof *texts);
        for (; p < end; p++) {
            if (*p == '{' || *p == '[') depth++;
            if (*p == '}' || *p == ']') depth--;
            if (*p == ',') key = 0;
            if (*p != '"') continue;
            Bytes start = p++;
            if ((p = skip_text(p, end)) >= end) return 0;
            if (depth != 1) continue;
            if (!key) {
                key = start + 1;
                if (memchr(key, '\\', (size_t)(p - key))) return 0;
                if (is_key(key, end, NAMES[INPUT]) || is_key(key, end, "history\"")) return 0;
            } else if (is_key(key, end, NAMES[INSTRUCTION]) || is_key(key, end, NAMES[OUTPUT])) {
                int64_t *span = texts + (is_key(key, end, NAMES[OUTPUT]) ? 2 : 0);
                span[0] = start - text;
                span[1] = p + 1 - text;
            }
        }
        if (!texts[1] || !texts[3]) return 0;
    }
    return 1;
}

/* Joins pieces, row by row: spans [rows, columns, 2] of start and length, each column's in its own base. */
void afs_join(uint8_t *out, int64_t rows, int64_t columns, const Bytes *bases, const int64_t *spans) {
    for (int64_t row = 0; row < rows; row++)
        for (int64_t column = 0; column < columns; column++, spans += 2) {
            memcpy(out, bases[column] + spans[0], (size_t)spans[1]);
            out += spans[1];
        }
}
