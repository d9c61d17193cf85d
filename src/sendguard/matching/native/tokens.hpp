// How a text falls into tokens: the same ones as in _tokens.py, in one pass.
#pragma once

#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "folding.hpp"
#include "keys.hpp"

namespace sendguard {

// What a gap counts as: one of these two, or the character that stands for it.
inline constexpr char kNothing = 0;
inline constexpr char kBreak = 1;
inline constexpr char kGrouped = '(';

// The key of a form, as key_of() in _forms.py.
inline constexpr uint64_t kChunkSeed = 0xA0761D6478BD642F;
inline constexpr uint64_t kChunkProduct = 0xE7037ED1A0B428DB;

constexpr uint64_t chunk_step(uint64_t value, uint64_t chunk) {
    value = (value ^ chunk) * kChunkProduct;
    return value ^ value >> 32;
}

inline uint64_t key_of(const char* data, size_t size) {
    const uint64_t seed = size * kChunkSeed;
    std::array<uint64_t, 2> ends{};
    if (size <= 16) {
        std::memcpy(ends.data(), data, size);
        return mix(chunk_step(chunk_step(seed, ends[0]), ends[1]));
    }
    uint64_t value = seed;
    for (; size > 8; size -= 8, data += 8)
        value = chunk_step(value, load<uint64_t>(reinterpret_cast<const uint8_t*>(data)));
    std::memcpy(ends.data(), data, size);
    return mix(chunk_step(value, ends[0]));
}

struct Token {
    size_t start, end;
    uint64_t key;
    Class first, last;
    char symbol, edge;  // of the gap before it
    bool close, plus, digits, email;
};

// The gap before a token, as it is read.
class Gap {
public:
    void space() { seen(' '); }
    void newline() {
        seen('\n');
        ++lines_;
    }
    void sign(char sign) {
        seen(sign);
        ++signs_;
        phone_ &= sign == '-' || sign == '.' || sign == '/' || sign == '(' || sign == ')';
        if (sign != '.') {
            ++others_;
            other_ = sign;
        }
        if (signs_ == 1) first_ = sign;
    }
    void stop() { stopped_ = true; }

    // A token that has only what it says of the gap before it.
    Token described(bool plus) const {
        const char what = symbol();
        const bool broken = what == kBreak;
        return {0, 0, 0, kOther, kOther, what, !broken && count_ == 1 ? edge_ : kNothing,
                !broken && count_ <= kClose, plus, false, false};
    }

private:
    static constexpr size_t kMost = 8;
    static constexpr size_t kClose = 3;

    void seen(char character) {
        ++count_;
        edge_ = character;
    }

    char symbol() const {
        if (stopped_ || lines_ > 1 || count_ > kMost) return kBreak;
        if (signs_ == 0) return count_ != 0 ? ' ' : kNothing;
        if (signs_ == 1) return first_;
        if (signs_ <= kClose && phone_) return kGrouped;
        return others_ == 1 ? other_ : kBreak;
    }

    size_t count_ = 0, lines_ = 0, signs_ = 0, others_ = 0;
    char edge_ = kNothing, first_ = kNothing, other_ = kNothing;
    bool phone_ = true, stopped_ = false;
};

// Where a word ends, and what it is like.
struct Word {
    size_t end;
    Class last;
    bool digits;
};

// Code points, all of them ASCII, with a bit for each that says whether it is a letter or digit, and one
// that says whether it is a digit. A word is found by counting zeros instead of by branches.
class AsciiText {
public:
    // `masks` is scratch that must live as long as this.
    AsciiText(const uint8_t* data, size_t size, std::vector<uint64_t>& masks) : data_(data), size_(size) {
        const size_t blocks = size / kCodes + 2;  // the last is empty, and so ends every word
        masks.resize(2 * blocks);
        masks[2 * blocks - 2] = masks[2 * blocks - 1] = 0;
        masks_ = masks.data();
        size_t block = 0;
        for (; (block + 1) * kCodes <= size; ++block) classify(data + block * kCodes, &masks[2 * block]);
        std::array<uint8_t, kCodes> rest{};
        // Of no text at all there may be no bytes to copy from.
        if (size > block * kCodes) std::memcpy(rest.data(), data + block * kCodes, size - block * kCodes);
        classify(rest.data(), &masks[2 * block]);
    }

    size_t size() const { return size_; }
    char32_t operator[](size_t at) const { return data_[at]; }

    bool is_word(const Folding&, size_t at) const { return masks_[at / kCodes * 2] >> at % kCodes & 1; }

    Word word(const Folding&, size_t start, Class) const {
        uint64_t digits = 0;
        for (size_t from = start;; from += kCodes) {
            const uint64_t others = ~bits(0, from);
            const uint64_t found = bits(1, from);
            // Behind the text no bit is set, so there is always an end.
            if (others != 0) {
                digits |= found & ((others & (~others + 1)) - 1);
                const size_t end = from + count_zeros(others);
                return {end, is_digit(end - 1) ? kDigit : kLetter, digits != 0};
            }
            digits |= found;
        }
    }

    // At most so many bytes are in the form of a word.
    size_t most_bytes(size_t start, size_t end) const { return end - start; }

    // Whether a value in UTF-8 stands there as it was given.
    bool stands(size_t start, size_t end, const uint8_t* value, size_t size) const {
        return size == end - start && std::memcmp(data_ + start, value, size) == 0;
    }

    // The key of a word: its letters and digits are folded by one bit. Most words have up to 16 bytes,
    // which are taken without a branch.
    uint64_t word_key(const Folding&, size_t start, size_t end, std::string& scratch) const {
        constexpr uint64_t kLower = 0x2020202020202020;
        const size_t length = end - start;
        if (length <= 16 && size_ - start >= 16) {
            const uint64_t seed = length * kChunkSeed;
            const uint64_t first = load<uint64_t>(data_ + start) & kKept[length + 8];
            const uint64_t second = load<uint64_t>(data_ + start + 8) & kKept[length];
            return mix(chunk_step(chunk_step(seed, first | (kLower & kKept[length + 8])),
                                  second | (kLower & kKept[length])));
        }
        scratch.assign(reinterpret_cast<const char*>(data_ + start), length);
        for (char& byte : scratch) byte = static_cast<char>(byte | 0x20);
        return key_of(scratch.data(), scratch.size());
    }

private:
    static constexpr size_t kCodes = 64;

    // For each number n from 0 to 24, the lowest n - 8 bytes of eight.
    static constexpr std::array<uint64_t, 25> kKept = [] {
        std::array<uint64_t, 25> kept{};
        for (size_t i = 9; i < kept.size(); ++i) kept[i] = i < 16 ? (uint64_t{1} << 8 * (i - 8)) - 1 : ~uint64_t{0};
        return kept;
    }();

    // The 64 bits from a place on, of the mask of words (0) or of digits (1).
    uint64_t bits(size_t which, size_t from) const {
        const size_t block = from / kCodes * 2 + which, shift = from % kCodes;
        const uint64_t later = masks_[block + 2] << 1 << (kCodes - 1 - shift);
        return masks_[block] >> shift | later;
    }

    bool is_digit(size_t at) const { return masks_[at / kCodes * 2 + 1] >> at % kCodes & 1; }

    static size_t count_zeros(uint64_t bits) {
#if defined(__GNUC__)
        return static_cast<size_t>(__builtin_ctzll(bits));
#else
        size_t zeros = 0;
        for (; (bits & 1) == 0; bits >>= 1) ++zeros;
        return zeros;
#endif
    }

    // The two masks of 64 characters.
    static void classify(const uint8_t* data, uint64_t* masks) {
#if defined(__SSE2__)
        uint64_t words = 0, digits = 0;
        const auto within = [](__m128i offset, char most) {
            return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(most)), offset);
        };
        for (size_t part = 0; part < 4; ++part) {
            const __m128i code = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * part));
            const __m128i digit = within(_mm_sub_epi8(code, _mm_set1_epi8('0')), 9);
            const __m128i lower = _mm_or_si128(code, _mm_set1_epi8(0x20));
            const __m128i letter = within(_mm_sub_epi8(lower, _mm_set1_epi8('a')), 25);
            const auto bits = [](__m128i mask) {
                return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(mask)));
            };
            digits |= bits(digit) << 16 * part;
            words |= bits(_mm_or_si128(digit, letter)) << 16 * part;
        }
        masks[0] = words;
        masks[1] = digits;
#else
        masks[0] = masks[1] = 0;
        for (size_t at = 0; at < kCodes; ++at) {
            const uint64_t digit = static_cast<uint8_t>(data[at] - '0') < 10;
            const uint64_t letter = static_cast<uint8_t>((data[at] | 0x20) - 'a') < 26;
            masks[0] |= (digit | letter) << at;
            masks[1] |= digit << at;
        }
#endif
    }

    const uint8_t* data_;
    size_t size_;
    const uint64_t* masks_;
};

// Scratch of a text, which must live as long as it does.
struct TextWork {
    std::vector<uint64_t> masks;
    std::vector<uint8_t> low;
};

// Any code points. Most are ASCII in most languages, so the text is read as ASCII in which every other code
// point is a byte that is no letter; words that touch one of those are read code point by code point.
class WideText {
public:
    WideText(Codes codes, TextWork& work) : codes_(codes), ascii_(low(codes, work), codes.size(), work.masks) {}

    size_t size() const { return codes_.size(); }
    char32_t operator[](size_t at) const { return codes_[at]; }

    bool is_word(const Folding& folding, size_t at) const {
        if (codes_[at] < 128) return ascii_.is_word(folding, at);
        const Class kind = folding.classify(codes_[at]);
        return kind == kLetter || kind == kDigit || kind == kHan;
    }

    Word word(const Folding& folding, size_t start, Class first) const {
        if (codes_[start] < 128) {
            const Word word = ascii_.word(folding, start, first);
            if (word.end == codes_.size() || codes_[word.end] < 128) return word;
        }
        Word word{start + 1, first, first == kDigit};
        for (; word.end < codes_.size(); ++word.end) {
            const Class kind = folding.classify(codes_[word.end]);
            if (kind == kIgnored) continue;
            if (first == kHan || (kind != kLetter && kind != kDigit)) break;
            word.last = kind;
            word.digits |= kind == kDigit;
        }
        return word;
    }

    // A code point is folded to seven others of four bytes at most.
    size_t most_bytes(size_t start, size_t end) const { return 28 * (end - start); }

    bool stands(size_t start, size_t end, const uint8_t* value, size_t size) const {
        if (size != end - start) return false;
        for (size_t at = 0; at < size; ++at)
            if (codes_[start + at] != value[at] || value[at] >= 0x80) return false;
        return true;
    }

    uint64_t word_key(const Folding& folding, size_t start, size_t end, std::string& scratch) const {
        if (codes_[start] < 128 && ascii_.word(folding, start, kLetter).end == end)
            return ascii_.word_key(folding, start, end, scratch);
        scratch.clear();
        for (size_t at = start; at < end; ++at) folding.append(codes_[at], scratch);
        return key_of(scratch.data(), scratch.size());
    }

private:
    static const uint8_t* low(Codes codes, TextWork& work) {
        work.low.resize(codes.size());
        for (size_t at = 0; at < codes.size(); ++at)
            work.low[at] = codes[at] < 128 ? static_cast<uint8_t>(codes[at]) : 0x80;
        return work.low.data();
    }

    Codes codes_;
    AsciiText ascii_;
};

inline constexpr Token kSpaceGap{0, 0, 0, kOther, kOther, ' ', ' ', true, false, false, false};

template <typename Text>
class Tokeniser {
public:
    Tokeniser(const Folding& folding, Text text, std::vector<Token>& tokens)
        : folding_(folding), text_(text), tokens_(tokens) {}

    // Reads the whole text. Where nothing can reach across a gap, `pause` is called with what there is
    // so far; it may clear the tokens.
    template <typename Pause>
    void run(Pause&& pause) {
        size_t at = 0;
        const size_t size = text_.size();
        while (at < size) {
            const Class kind = folding_.classify(text_[at]);
            switch (kind) {
                case kLetter:
                case kDigit:
                case kHan:
                    at = word(at, kind, pause);
                    // Mostly one space and another word follow.
                    while (at + 1 < size && text_[at] == ' ' && text_.is_word(folding_, at + 1)) {
                        chain_ = tokens_.size();
                        at = take(at + 1, folding_.classify(text_[at + 1]), kSpaceGap);
                    }
                    break;
                case kIgnored:
                    ++at;
                    break;
                case kSpace:
                    gap_.space();
                    local_ = false;
                    ++at;
                    break;
                case kNewline:
                    gap_.newline();
                    local_ = false;
                    ++at;
                    break;
                case kPunctuation:
                    at = sign(at);
                    break;
                case kDash:
                    gap_.sign('-');
                    local_ = false;
                    ++at;
                    break;
                case kAt:
                    at = address(at);
                    break;
                case kOther:
                    gap_.stop();
                    local_ = false;
                    ++at;
                    break;
            }
        }
        pause();
    }

private:
    Class class_at(size_t at) const { return at < text_.size() ? folding_.classify(text_[at]) : kOther; }
    bool is_word(size_t at) const { return at < text_.size() && text_.is_word(folding_, at); }
    bool is_sign(size_t at, char sign) const {
        return class_at(at) == kPunctuation && folding_.sign(text_[at]) == sign;
    }

    template <typename Pause>
    size_t word(size_t start, Class first, Pause&& pause) {
        const Token gap = gap_.described(start != 0 && is_sign(start - 1, '+'));
        if (gap.symbol == kBreak && !local_) pause();
        if (!local_) chain_ = tokens_.size();
        gap_ = Gap();
        local_ = true;
        return take(start, first, gap);
    }

    // Takes the word behind a gap; returns where it ends.
    size_t take(size_t start, Class first, const Token& gap) {
        const Word found = text_.word(folding_, start, first);
        const uint64_t key = text_.word_key(folding_, start, found.end, scratch_);
        tokens_.push_back({start, found.end, key, first, found.last, gap.symbol, gap.edge, gap.close,
                           gap.plus, found.digits, false});
        return found.end;
    }

    size_t sign(size_t at) {
        const char sign = folding_.sign(text_[at]);
        gap_.sign(sign);
        if (sign == '(' && is_trunk_prefix(at)) {
            local_ = false;
            return at + 3;
        }
        local_ &= sign == '.' || sign == '_' || sign == '-' || sign == '+' || sign == '\'';
        return at + 1;
    }

    // The (0) in +44 (0)20: dialled at home only, and no part of the number.
    bool is_trunk_prefix(size_t at) const {
        if (tokens_.empty() || !tokens_.back().plus || tokens_.back().last != kDigit) return false;
        if (class_at(at + 1) != kDigit || !is_sign(at + 2, ')')) return false;
        std::string zero;
        folding_.append(text_[at + 1], zero);
        return zero == "0";
    }

    // The chain of words before an @, and the domain behind it, become one token.
    size_t address(size_t at) {
        const bool alone = !local_;
        local_ = false;
        if (alone || !is_word(at + 1)) {
            gap_.stop();
            return at + 1;
        }
        size_t end = at + 1;
        for (;;) {
            while (is_word(end) || class_at(end) == kIgnored) ++end;
            size_t next = end;
            while (is_sign(next, '.') || is_sign(next, '-')) ++next;
            if (next == end || !is_word(next)) break;
            end = next;
        }
        Token& token = tokens_[chain_];
        token.end = end;
        token.first = token.last = kLetter;
        token.digits = false;
        token.email = true;
        scratch_.clear();
        for (size_t each = token.start; each < end; ++each) folding_.append(text_[each], scratch_);
        token.key = key_of(scratch_.data(), scratch_.size());
        tokens_.resize(chain_ + 1);
        gap_ = Gap();
        return end;
    }

    const Folding& folding_;
    Text text_;
    std::vector<Token>& tokens_;
    Gap gap_;
    std::string scratch_;
    size_t chain_ = 0;     // the first token of what may be the local part of an address
    bool local_ = false;   // whether what follows may belong to it
};

}  // namespace sendguard
