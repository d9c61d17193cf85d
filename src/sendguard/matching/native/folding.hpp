// What each code point is to the identifier scan: the table that _folding.py reads and describes.
#pragma once

#include "bytes.hpp"

namespace sendguard {

enum Class : uint8_t {
    kOther, kLetter, kDigit, kHan, kIgnored, kSpace, kNewline, kPunctuation, kDash, kAt
};

class Folding {
public:
    Folding(const uint8_t* raw, uint64_t size) : numbers_(raw + kHeader), entries_(numbers_ + kNumbers * 2) {
        if (size < kHeader + kNumbers * 2 || std::memcmp(raw, "fold", 4) != 0)
            throw std::invalid_argument("not a table of folding");
        const uint64_t blocks = load<uint32_t>(raw + 8), pool = load<uint32_t>(raw + 12);
        if (size != kHeader + kNumbers * 2 + (blocks * kCodes + pool) * 4)
            throw std::invalid_argument("a table of folding that is cut");
        pool_ = entries_ + blocks * kCodes * 4;
        for (uint32_t code = 0; code < 128; ++code) ascii_[code] = class_of(entry(code));
    }

    Class classify(char32_t code) const {
        return code < 128 ? ascii_[code] : class_of(entry(code));
    }

    // What a sign (punctuation, dash or @) is folded to: one character of ASCII.
    char sign(char32_t code) const {
        const uint32_t found = entry(code);
        return static_cast<char>((found >> 4 & 7) == 0 ? code : found >> 7);
    }

    // Appends what a code point is folded to, in UTF-8.
    template <typename Bytes>
    void append(char32_t code, Bytes& into) const {
        const uint32_t found = entry(code), count = found >> 4 & 7, value = found >> 7;
        if (class_of(found) == kOther || class_of(found) == kIgnored) return;
        if (count == 0) return append_utf8(code, into);
        if (count == 1) return append_utf8(value, into);
        for (uint32_t i = 0; i < count; ++i) append_utf8(load<uint32_t>(pool_ + (value + i) * 4), into);
    }

private:
    static constexpr uint64_t kHeader = 16;
    static constexpr uint64_t kCodes = 64;
    static constexpr uint64_t kNumbers = 0x110000 / kCodes;

    static Class class_of(uint32_t entry) { return static_cast<Class>(entry & 15); }

    uint32_t entry(char32_t code) const {
        const uint64_t block = load<uint16_t>(numbers_ + code / kCodes * 2);
        return load<uint32_t>(entries_ + (block * kCodes + code % kCodes) * 4);
    }

    template <typename Bytes>
    static void append_utf8(char32_t code, Bytes& into) {
        const auto put = [&](uint32_t byte) { into.push_back(static_cast<char>(byte)); };
        if (code < 0x80) return put(code);
        if (code < 0x800) {
            put(0xC0 | code >> 6);
        } else {
            if (code < 0x10000) {
                put(0xE0 | code >> 12);
            } else {
                put(0xF0 | code >> 18);
                put(0x80 | (code >> 12 & 0x3F));
            }
            put(0x80 | (code >> 6 & 0x3F));
        }
        put(0x80 | (code & 0x3F));
    }

    const uint8_t* numbers_;
    const uint8_t* entries_;
    const uint8_t* pool_ = nullptr;
    std::array<Class, 128> ascii_{};
};

}  // namespace sendguard
