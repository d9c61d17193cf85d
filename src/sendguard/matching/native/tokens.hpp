// How a text falls into tokens: the same ones as in _tokens.py, in one pass.
#pragma once

#include <vector>

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
    uint64_t value = size * kChunkSeed;
    for (; size > 8; size -= 8, data += 8)
        value = chunk_step(value, load<uint64_t>(reinterpret_cast<const uint8_t*>(data)));
    uint64_t rest = 0;
    std::memcpy(&rest, data, size);
    return mix(size != 0 ? chunk_step(value, rest) : value);
}

struct Token {
    size_t start, end;
    uint64_t key;
    Class first, last;
    bool digits, email, plus;
    char symbol, edge;  // of the gap before it
    bool close;
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

    void describe(Token& token) const {
        token.symbol = symbol();
        token.close = token.symbol != kBreak && count_ <= kClose;
        token.edge = token.symbol != kBreak && count_ == 1 ? edge_ : kNothing;
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

// Code points, all of them ASCII.
struct AsciiText {
    const uint8_t* data;
    size_t size;

    char32_t operator[](size_t at) const { return data[at]; }

    // The key of a word: its letters and digits are folded by one bit.
    uint64_t word_key(const Folding&, size_t start, size_t end, std::string&) const {
        constexpr uint64_t kLower = 0x2020202020202020;
        const size_t length = end - start;
        uint64_t value = length * kChunkSeed;
        size_t at = start;
        for (; end - at > 8; at += 8) value = chunk_step(value, load<uint64_t>(data + at) | kLower);
        const size_t rest = end - at;
        uint64_t chunk = 0;
        if (size - at >= 8) {
            chunk = load<uint64_t>(data + at) & ~uint64_t{0} >> (64 - 8 * rest);
        } else {
            std::memcpy(&chunk, data + at, rest);
        }
        return mix(chunk_step(value, chunk | kLower >> (64 - 8 * rest)));
    }
};

// Any code points.
struct WideText {
    const char32_t* data;
    size_t size;

    char32_t operator[](size_t at) const { return data[at]; }

    uint64_t word_key(const Folding& folding, size_t start, size_t end, std::string& scratch) const {
        scratch.clear();
        for (size_t at = start; at < end; ++at) folding.append(data[at], scratch);
        return key_of(scratch.data(), scratch.size());
    }
};

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
        while (at < text_.size) {
            const Class kind = folding_.classify(text_[at]);
            switch (kind) {
                case kLetter:
                case kDigit:
                case kHan:
                    at = word(at, kind, pause);
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
    Class class_at(size_t at) const { return at < text_.size ? folding_.classify(text_[at]) : kOther; }
    bool is_word(size_t at) const {
        const Class kind = class_at(at);
        return kind == kLetter || kind == kDigit || kind == kHan;
    }
    bool is_sign(size_t at, char sign) const {
        return class_at(at) == kPunctuation && folding_.sign(text_[at]) == sign;
    }

    template <typename Pause>
    size_t word(size_t start, Class first, Pause&& pause) {
        Class last = first;
        bool digits = first == kDigit;
        size_t at = start + 1;
        for (; at < text_.size; ++at) {
            const Class kind = folding_.classify(text_[at]);
            if (kind == kIgnored) continue;
            if (first == kHan || (kind != kLetter && kind != kDigit)) break;
            last = kind;
            digits |= kind == kDigit;
        }
        Token token{};
        gap_.describe(token);
        if (token.symbol == kBreak && !local_) pause();
        if (!local_) chain_ = tokens_.size();
        token.start = start;
        token.end = at;
        token.key = text_.word_key(folding_, start, at, scratch_);
        token.first = first;
        token.last = last;
        token.digits = digits;
        token.plus = start != 0 && is_sign(start - 1, '+');
        tokens_.push_back(token);
        gap_ = Gap();
        local_ = true;
        return at;
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
