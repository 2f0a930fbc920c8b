/* The compiled core: the loops over every byte of a row.
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

static inline int is_plain(uint8_t byte) {
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
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
    for (int place = 0, digit; place < 4; place++) {
        if ((digit = hex_digit(p[place])) < 0) return -1;
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

/* What an escape's letter stands for, 0 for none. */
static const uint8_t ESCAPES[256] = {
    ['n'] = '\n', ['"'] = '"', ['\\'] = '\\', ['t'] = '\t', ['/'] = '/', ['r'] = '\r', ['b'] = '\b', ['f'] = '\f',
};

static uint8_t *write_utf8(uint8_t *out, int32_t character) {
    static const uint8_t leads[] = {0, 0xC0, 0xE0, 0xF0};
    int more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    *out++ = (uint8_t)(leads[more] | character >> 6 * more);
    while (more--) *out++ = (uint8_t)(0x80 | (character >> 6 * more & 0x3F));
    return out;
}

typedef struct {
    Bytes start, end; /* between the quotes */
    const uint8_t *decoded;
    int64_t bytes, chars; /* of what was decoded */
} Text;

/* Reads the string that begins at `p`, after its quote, and writes it without its escapes; the place after
 * what was written, 0 where the string is not sound. Writes up to 7 bytes more than the string takes. */
static uint8_t *read_text(Bytes p, Bytes end, uint8_t *out, Text *text) {
    int64_t continuations = 0;
    text->start = p;
    text->decoded = out;
    for (;;) {
        while (end - p >= 8) {
            uint64_t special = find_special(p);
            memcpy(out, p, 8);
            int plain = special ? __builtin_ctzll(special) >> 3 : 8;
            p += plain;
            out += plain;
            if (special) break;
        }
        while (is_plain(*p)) *out++ = *p++;
        int length;
        if (*p == '"') break;
        if (*p == '\\' && p[1] == 'u') {
            int32_t character = read_u_escape(p, &length);
            if (character < 0) return 0;
            uint8_t *after = write_utf8(out, character);
            continuations += after - out - 1;
            out = after;
        } else if (*p == '\\') {
            length = 2;
            if (!(*out++ = ESCAPES[p[1]])) return 0;
        } else {
            if (!(length = utf8_length(p))) return 0; /* also a control character */
            memcpy(out, p, (size_t)length);
            out += length;
            continuations += length - 1;
        }
        p += length;
    }
    text->end = p;
    text->bytes = out - text->decoded;
    text->chars = text->bytes - continuations;
    return out;
}

/* ---- Rows of known texts: jsonl_cut.py, text_rows.py ------------------------------------------- */

/* The offsets just past each LF of a text, as many as `ends` has room for; how many there are. */
int64_t afs_line_ends(Bytes text, int64_t size, int64_t *ends, int64_t room) {
    int64_t count = 0;
    for (Bytes p = text, end = text + size; p < end && (p = memchr(p, '\n', (size_t)(end - p))); count++, p++)
        if (count < room) ends[count] = p + 1 - text;
    return count;
}

enum { INSTRUCTION, OUTPUT, INPUT, THINKING, DOMAIN, SOURCE, SAMPLE_ID, GROUP, FIELDS };
enum { LENGTHS_BYTES = 3 * 20 + 3 };
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

/* Whether the text surely holds more than white space: some visible ASCII character. */
static int is_visible(const Text *text) {
    for (int64_t place = 0; place < text->bytes; place++)
        if (text->decoded[place] > 0x20 && text->decoded[place] < 0x7F) return 1;
    return 0;
}

/* The texts of one line, by field, those of its content written from `out` on; 0 where it is no plain row. */
static uint8_t *read_line(Bytes p, Bytes end, uint8_t *out, Text *texts) {
    if (*p++ != '{') return 0;
    do {
        p = skip_space(p);
        if (*p++ != '"') return 0;
        int field = find_field(p, end);
        if (field < 0 || texts[field].start) return 0;
        p = skip_space(p + strlen(NAMES[field]));
        if (*p++ != ':') return 0;
        p = skip_space(p);
        if (*p++ != '"') return 0;
        uint8_t *after = read_text(p, end, out, &texts[field]);
        if (!after) return 0;
        if (field <= THINKING) out = after; /* the others are no content */
        p = skip_space(texts[field].end + 1);
    } while (*p++ == ',');
    if (p[-1] != '}' || p + 1 != end) return 0;
    return is_visible(&texts[INSTRUCTION]) && is_visible(&texts[OUTPUT]) ? out : 0;
}

/* Writes the number and what follows it so that they end before `end`; returns where they begin. */
static uint8_t *write_before(uint8_t *end, int64_t number, char after) {
    *--end = (uint8_t)after;
    do *--end = (uint8_t)('0' + number % 10);
    while (number /= 10);
    return end;
}

/* Reads `rows` lines, each ending before `ends`; 1 where all are plain rows.
 *
 * fields [rows, FIELDS, 2]: where each text begins and ends in `text`, 0 and 0 for none.
 * content [twice the text and 64 a row]: what the content ids are made of (sample.py), each row's from and
 * to `contents` [rows, 2]; outputs [rows, 2]: the answers within it. */
int32_t afs_read_rows(Bytes text, const int64_t *ends, int64_t rows, int64_t *fields, uint8_t *content,
                      int64_t *contents, int64_t *outputs, uint32_t *output_chars) {
    static const int order[] = {INSTRUCTION, INPUT, OUTPUT, THINKING};
    uint8_t *out = content;
    Bytes p = text;
    for (int64_t row = 0; row < rows; row++) {
        Text texts[FIELDS] = {0};
        uint8_t *start = out + LENGTHS_BYTES;
        if (!(out = read_line(p, text + ends[row], start, texts))) return 0;
        const uint8_t *expected = start;
        int is_ordered = 1;
        for (int place = 0; place < 4; place++) {
            const Text *each = &texts[order[place]];
            is_ordered &= !each->bytes || each->decoded == expected;
            expected += each->bytes;
        }
        if (!is_ordered) { /* the keys of this line come in another order: a second copy in ours */
            start = out = out + LENGTHS_BYTES;
            for (int place = 0; place < 4; place++) {
                Text *each = &texts[order[place]];
                memcpy(out, each->decoded, (size_t)each->bytes);
                each->decoded = out;
                out += each->bytes;
            }
        }
        start = write_before(start, texts[OUTPUT].chars, ';');
        start = write_before(start, texts[INPUT].chars, ',');
        start = write_before(start, texts[INSTRUCTION].chars, ',');
        contents[2 * row] = start - content;
        contents[2 * row + 1] = out - content;
        outputs[2 * row] = texts[OUTPUT].decoded - content;
        outputs[2 * row + 1] = texts[OUTPUT].decoded + texts[OUTPUT].bytes - content;
        output_chars[row] = (uint32_t)texts[OUTPUT].chars;
        for (int field = 0; field < FIELDS; field++) {
            *fields++ = texts[field].start ? texts[field].start - text : 0;
            *fields++ = texts[field].start ? texts[field].end - text : 0;
        }
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

/* The closing quote of the valid string that goes on at `p`, `end` where there is none. */
static Bytes skip_text(Bytes p, Bytes end) {
    for (;;) {
        uint64_t special = end - p >= 8 ? find_special(p) : 0;
        p += special ? __builtin_ctzll(special) >> 3 : end - p >= 8 ? 8 : 0;
        if (p >= end || *p == '"') return p < end ? p : end;
        if (special || end - p < 8) p += *p == '\\' ? 2 : 1;
    }
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
